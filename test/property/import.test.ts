import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadDesired } from "../../src/environment/documents/documents.ts";
import type { FieldValues } from "../../src/domain/connection.ts";
import { ruleFor } from "../../src/engine/diff/field-rules.ts";
import { isEqualValue } from "../../src/engine/diff/equal.ts";
import type { ConnectionsReader } from "../../src/ports/connections-api.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import {
  environmentFile,
  importInto,
  liveReader,
  planOfFiles,
  type Files,
  type LiveSpec,
} from "../support/import.ts";
import { textSource } from "../support/text-source.ts";

const KEYS = [
  "mail",
  "chat",
  "Mail",
  "a b",
  "x:y",
  "con",
  "-dash",
  "__proto__",
];
/** Names no document can hold; nothing may be written for them. */
const REFUSED = [
  "../../x",
  "/etc/passwd",
  "",
  "a\u0000b",
  "ä",
  " lead",
  "\u001b[2J",
];

const anyText = fc.oneof(
  fc.constantFrom(
    "one",
    "two",
    "yes",
    "123",
    "null",
    "~",
    "# no",
    "a: b",
    "x\ny",
  ),
  fc.constantFrom(
    "env://HOME",
    "${var.x}",
    "var://x",
    "secret://a/b",
    "${HOME}",
  ),
  fc.string({ minLength: 1, maxLength: 12, unit: "binary" }),
);
const anyScopes = fc.uniqueArray(
  fc.constantFrom(
    "read",
    "write",
    "admin",
    "https://a.example/x",
    "a b",
    "${var.x}",
    "yes",
  ),
  { maxLength: 4 },
);
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const anyFields: fc.Arbitrary<FieldValues> = fc
  .record({
    "/credentials/client_id": optional(anyText),
    "/credentials/use_platform_creds": optional(fc.boolean()),
    "/credentials/tenant_id": optional(anyText),
    "/scopes": optional(anyScopes),
    "/settings/pkce": optional(fc.boolean()),
    "/settings/prompt": optional(anyText),
    "/settings/auth_mode": optional(fc.constantFrom("user", "org_wide")),
    "/settings/authorization_url": optional(
      fc.constantFrom(
        "https://a.example/",
        "http://evil.example",
        "https://b.example",
      ),
    ),
    "/settings/extra_authorize_params": optional(
      fc.dictionary(fc.constantFrom("a", "<<", "__proto__", "b"), anyText, {
        maxKeys: 2,
      }),
    ),
    "/settings/optional_scopes": optional(
      fc.record({
        scopes: fc.constant(["extra"]),
        field_name: fc.constantFrom("f", "g"),
      }),
    ),
  })
  .map((fields) =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([pointer, value]) =>
        value === undefined ? [] : [[pointer, value]],
      ),
    ),
  );

const anyKind = fc.constantFrom(
  { provider: "gmail", authType: "oauth2" },
  { provider: "slack", authType: "oauth2" },
  { provider: "googledwd", authType: "service_account" },
  { provider: "Bad Slug", authType: "oauth2" },
  { provider: "gmail", authType: "later_type" },
);

function anySpec(keys: readonly string[]): fc.Arbitrary<LiveSpec> {
  return fc
    .record({
      key: fc.constantFrom(...keys),
      kind: anyKind,
      isEnabled: fc.boolean(),
      fields: anyFields,
    })
    .map(({ kind, ...rest }) => ({ ...rest, ...kind }));
}

const anyLive = fc
  .uniqueArray(anySpec([...KEYS, ...KEYS, ...REFUSED]), {
    maxLength: 6,
    selector: ({ key }) => key,
  })
  .filter((specs) => specs.length > 0);

/** Connections of the same names in each environment, mostly alike. */
const anySeveral = fc
  .tuple(anyLive, fc.array(anyLive, { minLength: 1, maxLength: 2 }))
  .chain(([first, others]) =>
    fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }).map((takes) => [
      first,
      ...others.map((other) => {
        const byKey = new Map(other.map((spec) => [spec.key, spec]));
        return [
          ...first.map((spec, index) =>
            takes[index] === true ? spec : (byKey.get(spec.key) ?? spec),
          ),
          ...other.filter(
            ({ key }, index) =>
              takes[index + 10] === true &&
              !first.some((spec) => spec.key === key),
          ),
        ];
      }),
    ]),
  );

const CHANGING = ["create", "update", "replace", "delete", "rename"] as const;

async function expectNothingToDo(
  files: Files,
  name: string,
  api: ConnectionsReader,
): Promise<void> {
  const hasDocuments = Object.keys(files).some((path) =>
    path.includes("connections/"),
  );
  // An environment without any connection is refused on purpose, so there is no plan of it.
  if (!hasDocuments) return;
  const plan = await planOfFiles(files, name, api);
  for (const action of CHANGING) expect(plan.summary[action]).toBe(0);
  expect(
    plan.changes.flatMap(({ fields }) =>
      fields.filter(({ effect }) => effect === "write"),
    ),
  ).toEqual([]);
}

/**
 * What every run promises besides: no path outside the folders of documents, no id, and only fields
 * that are live.
 */
async function expectFaithful(
  files: Files,
  name: string,
  specs: readonly LiveSpec[],
): Promise<void> {
  for (const path of Object.keys(files))
    expect(path).toMatch(
      /^(?:connections|environments\/[a-z]+(?:\/connections)?)\/[A-Za-z0-9_ -]+\.yaml$/u,
    );
  if (!Object.keys(files).some((path) => path.includes("connections/"))) return;
  const { connections } = await loadDesired(textSource(files), name, {});
  for (const { key, fields } of connections) {
    const spec = specs.find((each) => each.key === key);
    expect(spec).toBeDefined();
    for (const [pointer, value] of Object.entries(fields)) {
      const live: FieldValues = {
        "/provider": spec?.provider ?? "",
        "/auth_type": spec?.authType ?? "",
        "/state": spec?.isEnabled === true ? "active" : "inactive",
        ...spec?.fields,
      };
      expect(
        isEqualValue(ruleFor(pointer).semantics, value, live[pointer]),
      ).toBe(true);
    }
  }
}

describe("an import of random live environments", () => {
  it("leaves nothing to change, says only what is live, and gives the same files again", async () => {
    await fc.assert(
      fc.asyncProperty(anyLive, anyLive, async (specs, later) => {
        const start = environmentFile("dev");
        const api = liveReader(specs);
        const first = await importInto(start, { dev: api });
        await expectNothingToDo(first.files, "dev", api);
        await expectFaithful(first.files, "dev", specs);
        const again = await importInto(first.files, { dev: api });
        expect(again.result.changes).toEqual([]);
        // Then the platform moves on, and so do the files.
        const byKey = new Map(later.map((spec) => [spec.key, spec]));
        const moved = specs.map((spec): LiveSpec => {
          const next = byKey.get(spec.key);
          return next !== undefined &&
            next.provider === spec.provider &&
            next.authType === spec.authType
            ? next
            : spec;
        });
        const movedApi = liveReader(moved);
        const second = await importInto(first.files, { dev: movedApi });
        const blocked = second.result.report.notes.length > 0;
        if (!blocked) {
          await expectNothingToDo(second.files, "dev", movedApi);
        }
        const third = await importInto(second.files, { dev: movedApi });
        expect(third.result.changes).toEqual([]);
      }),
      { numRuns: PROPERTY_RUNS * 2 },
    );
  }, 600_000);

  it("shares what several environments agree on and gives each exactly its own", async () => {
    await fc.assert(
      fc.asyncProperty(anySeveral, async (all) => {
        const names = ["dev", "staging", "prod"].slice(0, all.length);
        let start: Files = {};
        const readers: Record<string, ConnectionsReader> = {};
        names.forEach((name, index) => {
          start = { ...start, ...environmentFile(name) };
          readers[name] = liveReader(all[index] ?? []);
        });
        const { files } = await importInto(start, readers);
        for (const [index, name] of names.entries()) {
          const api = readers[name];
          if (api === undefined) continue;
          const isEmpty = !Object.keys(files).some(
            (path) =>
              path.startsWith("connections/") ||
              path.startsWith(`environments/${name}/connections/`),
          );
          if (isEmpty) continue;
          await expectNothingToDo(files, name, api);
          await expectFaithful(files, name, all[index] ?? []);
        }
        const again = await importInto(files, readers);
        expect(again.result.changes).toEqual([]);
      }),
      { numRuns: Math.ceil(PROPERTY_RUNS / 2) },
    );
  }, 600_000);
});
