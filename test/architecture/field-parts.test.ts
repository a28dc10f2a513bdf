import { describe, expect, it } from "vitest";
import { checkShapes } from "../../scripts/field-shapes.mjs";
import { customProviderSlug } from "../../src/domain/field/custom-provider.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { getAt, setAt } from "../../src/domain/field/pointer.ts";
import { renderPlan } from "../../src/features/plan/text.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anInventory,
  planOf,
  someRules,
} from "../support/engine-builders.ts";
import { resolveTexts } from "../support/documents.ts";
import {
  fieldWith,
  readSchema,
  sentParts,
  twoValues,
  type SchemaPart,
} from "../support/schema-parts.ts";

const PARTS = sentParts();
const named = (
  parts: readonly SchemaPart[],
): (readonly [string, SchemaPart])[] => parts.map((part) => [part.at, part]);

describe("the schema of connections", () => {
  it("says of every text that is sent how it is taken, and of every address whether credentials go there", () => {
    expect(() => {
      checkShapes(readSchema("connection"));
    }).not.toThrow();
    expect(PARTS.length).toBeGreaterThan(80);
  });

  it.each<[string, string, JsonObject]>([
    ["a text", "/properties/settings/properties/motto", { type: "string" }],
    [
      "an address that is no destination yet",
      "/properties/settings/properties/revoke_url",
      { type: "string", "x-tieline": { text: "token" } },
    ],
    [
      "an address by its format",
      "/properties/settings/properties/elsewhere",
      {
        type: ["string", "null"],
        format: "uri",
        "x-tieline": { text: "address" },
      },
    ],
    [
      "an address in a definition",
      "/definitions/AuthField/properties/help_uri",
      { type: "string", "x-tieline": { text: "token" } },
    ],
    [
      "an address among the members of a map",
      "/properties/settings/properties/endpoints",
      {
        type: "object",
        additionalProperties: {
          type: "string",
          "x-tieline": { text: "token" },
        },
      },
    ],
    [
      "an address in a list",
      "/properties/custom_provider/properties/hosts",
      {
        type: "array",
        items: { type: "string", "x-tieline": { text: "token" } },
      },
    ],
    [
      "a mapping that takes anything",
      "/properties/settings/properties/more",
      { type: "object", additionalProperties: true },
    ],
    [
      "a mapping that takes more than it declares",
      "/properties/settings/properties/more",
      { type: "object", properties: { a: { type: "boolean" } } },
    ],
  ])("stops the build at %s that does not say it", (_what, pointer, node) => {
    const schema = setAt(readSchema("connection"), pointer, node);
    expect(() => {
      checkShapes(schema);
    }).toThrow(/schemas\/connection\.schema\.json: \//u);
  });

  it("takes free members only where that is what the field is for", () => {
    const open = PARTS.filter(({ at }) => at.includes("/*"));
    expect(open.map(({ at }) => at).sort()).toEqual([
      "/custom_provider/auth_patterns/0/oauth_config/*",
      "/custom_provider/metadata/*",
      "/settings/base_headers/*",
      "/settings/extra_authorize_params/*",
    ]);
  });
});

describe("the schema of environments", () => {
  it("has one address, and says that credentials go there", () => {
    const { properties } = readSchema("environment");
    const marked = Object.entries(properties as JsonObject).filter(
      ([, node]) =>
        getAt(node, "/x-tieline/destination") === true ||
        /https?:/u.test(JSON.stringify(getAt(node, "/pattern") ?? "")),
    );
    expect(marked.map(([name]) => name)).toEqual(["target"]);
    expect(
      getAt(properties as JsonObject, "/target/x-tieline/destination"),
    ).toBe(true);
  });
});

describe("a part that says where credentials go", () => {
  const destinations = PARTS.filter(({ mark }) => mark["destination"] === true);

  it.each(named(destinations))(
    "%s: a change is a risk and stops in production",
    (_at, part) => {
      const [before, after] = twoValues(part);
      const change = changeOf(part, before, after);
      expect(change.risks.map(({ code }) => code.split(".")[0])).toContain(
        "destination",
      );
      expect(change.findings).toContain("PLN107");
    },
  );

  const addresses = PARTS.filter(({ mark }) => mark["text"] === "address");
  it.each(named(addresses.filter(({ mark }) => mark["destination"] === true)))(
    "%s: another host is critical, another path on it high",
    (_at, part) => {
      const codes = (to: string): string[] =>
        changeOf(part, "https://a.example/one", to).risks.map(
          ({ code, level }) => `${code} ${level}`,
        );
      expect(codes("https://b.example/one")).toContain(
        "destination.host-changed critical",
      );
      expect(codes("https://a.example/two")).toContain(
        "destination.path-changed high",
      );
    },
  );

  it("is shown whole, before and after, however long and alike both are", () => {
    const lead = "a".repeat(60);
    const host = (end: string): string =>
      `${lead}.${lead}.${lead}.${end}.example`;
    for (const part of addresses.filter(({ rule }) => !rule.isReadOnly)) {
      const { text } = changeOf(
        part,
        `https://${host("one")}/${"p".repeat(900)}`,
        `https://${host("two")}/${"p".repeat(900)}`,
      );
      expect(text, part.at).toContain(host("one"));
      expect(text, part.at).toContain(host("two"));
    }
  });
});

describe("any part", () => {
  // Provider and auth type are the connection's own, and the platform's fields are never planned.
  const planned = PARTS.filter(
    ({ rule, at }) =>
      !rule.isReadOnly && at !== "/provider" && at !== "/auth_type",
  );
  it.each(named(planned))(
    "%s: what differs behind a thousand equal characters is shown",
    (_at, part) => {
      const [one, other] = twoValues(part);
      const long = "same".repeat(250);
      const isText = typeof one === "string" && !("enum" in part.node);
      const [before, after] = isText
        ? [`${one}${long}-early`, `${one}${long}-later`]
        : [one, other];
      const { text } = changeOf(part, before, after);
      expect(text).toContain(isText ? "-early" : JSON.stringify(before));
      expect(text).toContain(isText ? "-later" : JSON.stringify(after));
    },
  );
});

describe("a text that is sent", () => {
  const texts = PARTS.filter(
    ({ mark, node }) => mark["text"] !== undefined && !("enum" in node),
  );
  const isFree = ({ mark }: SchemaPart): boolean =>
    mark["text"] === "prose" || mark["text"] === "verbatim";

  it.each(named(texts.filter((part) => !isFree(part))))(
    "%s: white space at an edge is refused where it was written",
    (_at, part) => {
      const value =
        part.mark["text"] === "address" ? "https://a.example/x" : "alpha";
      for (const edged of [`${value}\n`, ` ${value}`]) {
        const found = validate(part, edged);
        expect(
          found
            .filter(({ severity }) => severity === "error")
            .map(({ code }) => code),
          JSON.stringify(edged),
        ).toEqual([expect.stringMatching(/^(?:SCH002|CFG026)$/u)]);
      }
    },
  );

  it.each(named(texts.filter(isFree)))(
    "%s: every character counts or none does, so it passes",
    (_at, part) => {
      expect(
        validate(part, "text \n").filter(
          ({ severity }) => severity === "error",
        ),
      ).toEqual([]);
    },
  );

  it.each(named(texts.filter(({ mark }) => mark["credential"] === true)))(
    "%s: a placeholder is refused",
    (_at, part) => {
      for (const value of ["changeme", "your-client-id", "<id>", "xxxx"])
        expect(validate(part, value).map(({ code }) => code)).toEqual([
          "SEC017",
        ]);
      for (const value of ["my-app", "common", "example", "1234.apps.example"])
        expect(validate(part, value)).toEqual([]);
    },
  );

  it.each(named(texts.filter(({ mark }) => mark["text"] === "address")))(
    "%s: only a plain https address, or http to this machine",
    (_at, part) => {
      for (const value of [
        "http://a.example/x",
        "https://user@a.example/x",
        "https://{tenant}.a.example/x",
        "https://a.example/<tenant>/x",
        "ftp://a.example/x",
      ])
        expect(
          validate(part, value).some(({ severity }) => severity === "error"),
          value,
        ).toBe(true);
    },
  );
});

/** What a plan says of one connection of which only this part changes. */
function changeOf(
  part: SchemaPart,
  before: JsonValue,
  after: JsonValue,
): {
  readonly risks: readonly { readonly code: string; readonly level: string }[];
  readonly findings: readonly string[];
  readonly text: string;
} {
  const live = { [part.rule.pointer]: fieldWith(part, before) };
  const plan = planOf({
    desired: [
      aDesired({ fields: { [part.rule.pointer]: fieldWith(part, after) } }),
    ],
    live: [aLive({ fields: live })],
    inventory: anInventory([anAppliedEntry(live)]),
    rules: someRules({ isProduction: true }),
  });
  return {
    risks: plan.changes.flatMap(({ risks }) => risks),
    findings: plan.findings.map(({ code }) => code),
    text: renderPlan(plan, { color: false, width: 80 }, { verbose: false }),
  };
}

/** What validation says of a connection that holds this part and else only what it must. */
function validate(
  part: SchemaPart,
  value: JsonValue,
): readonly { readonly code: string; readonly severity: string }[] {
  const isCustom = part.rule.pointer.startsWith("/custom_provider/");
  const start: JsonObject = isCustom
    ? {
        connection_id: "c",
        provider: "acme",
        auth_type: "custom",
        custom_provider: {
          display_name: "Acme",
          auth_patterns: [{ type: "OAUTH" }],
        },
      }
    : { connection_id: "c", provider: "gmail", auth_type: "oauth2" };
  const document = completed(
    setAt(start, part.rule.pointer, fieldWith(part, value)),
  );
  return resolveTexts({
    base: { "c.json": JSON.stringify(document) },
  }).diagnostics.filter(({ severity }) => severity !== "note");
}

/** The document with the members that the schema asks for beside the part. */
function completed(document: JsonObject): JsonObject {
  const name = getAt(document, "/custom_provider/display_name");
  const provider =
    typeof name === "string"
      ? { provider: customProviderSlug(name).trim() }
      : {};
  const pattern = getAt(document, "/custom_provider/auth_patterns/0");
  if (pattern === undefined) return { ...document, ...provider };
  const whole = { type: "OAUTH", ...(pattern as JsonObject) };
  const filled = Object.fromEntries(
    Object.entries(whole).map(([member, value]) => [
      member,
      member === "fields" || member === "account_fields"
        ? (value as unknown as readonly JsonObject[]).map((item) => ({
            field_name: "domain",
            ...item,
          }))
        : member === "oauth_config"
          ? withScope(value as unknown as JsonObject)
          : value,
    ]),
  );
  return setAt({ ...document, ...provider }, "/custom_provider/auth_patterns", [
    filled,
  ]);
}

function withScope(config: JsonObject): JsonObject {
  const scopes = config["available_scopes"];
  return Array.isArray(scopes)
    ? {
        ...config,
        available_scopes: scopes.map((item: JsonObject) => ({
          scope: "a",
          ...item,
        })),
      }
    : config;
}
