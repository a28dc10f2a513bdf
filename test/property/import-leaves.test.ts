import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  readExport,
  type ExportKind,
} from "../../src/features/import/export/export-file.ts";
import { importExport } from "../../src/features/import/export/import-export.ts";
import type { ImportResult } from "../../src/features/import/import-live.ts";
import { WorkspaceDraft } from "../../src/features/import/draft/workspace-draft.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { isJsonObject, type JsonValue } from "../../src/domain/json.ts";
import { segmentsOf } from "../../src/domain/field/pointer.ts";
import { createScalekitAudit } from "../../src/drivers/scalekit/index.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { environmentFile, importInto, liveReader } from "../support/import.ts";
import { textSource } from "../support/text-source.ts";
import { expectTidy } from "../support/tidy-documents.ts";

type Leaf = readonly [path: string, value: string | number | boolean];

/** Every value of a tree that says something, with the names that lead to it. */
function leavesOf(value: JsonValue, path: readonly string[] = []): Leaf[] {
  if (value === null || value === "") return [];
  if (typeof value !== "object") return [[path.join("."), value]];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, [...path, name]),
  );
}

const anyScopeText = fc.constantFrom("a:read", "b:write", "a:read, b:write");
const anyScopes = fc.oneof(
  anyScopeText,
  fc.array(
    fc.oneof(
      anyScopeText.map((text) => text.slice(0, 6)),
      fc.integer(),
    ),
    {
      maxLength: 3,
    },
  ),
);
const anyIdentifier = fc.oneof(
  fc.constantFrom("abc", "1.apps.example", ""),
  fc.constantFrom(2210535565.5, 123, 12345678901234),
);
const anyExtra: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, false, 0, "x", "", [], {}),
  fc.constant<JsonValue>({ inner: ["x", { deep: 1 }], other: "y" }),
);
const extras = fc.dictionary(
  fc.constantFrom("id", "uuid", "logo", "webhook_secret", "token_url", "proxy"),
  anyExtra,
  { maxKeys: 3 },
);

function anItem(kind: ExportKind, name: string): fc.Arbitrary<JsonValue> {
  const credentials = fc
    .record(
      {
        client_id: anyIdentifier,
        clientId: anyIdentifier,
        client_secret: fc.constant("made-up-secret-value"),
        scopes: anyScopes,
        optional_scopes: anyScopes,
        user_scopes: anyScopes,
        ...(kind === "nango" ? { type: fc.constant("OAUTH2") } : {}),
      },
      { requiredKeys: [] },
    )
    .chain((known) => extras.map((more) => ({ ...more, ...known })));
  const provider = fc.constantFrom("hubspot", "slack", "gmail", "nobodys");
  const own =
    kind === "nango"
      ? fc.record({
          unique_key: fc.constant(name),
          provider,
          credentials,
        })
      : fc.record(
          {
            name: fc.constant(name),
            toolkit: provider.chain((slug) =>
              extras.map((more) => ({ ...more, slug })),
            ),
            auth_scheme: fc.constantFrom("OAUTH2", "SOMETHING"),
            authScheme: fc.constant("OAUTH2"),
            status: fc.constantFrom("ENABLED", "DISABLED", "EXPIRED"),
            is_composio_managed: fc.boolean(),
            isComposioManaged: fc.boolean(),
            credentials,
          },
          { requiredKeys: ["name", "toolkit", "credentials"] },
        );
  return fc.tuple(own, extras).map(([item, more]) => ({ ...more, ...item }));
}

function anExport(kind: ExportKind): fc.Arbitrary<JsonValue[]> {
  return fc.tuple(...["one", "a:b", "con"].map((name) => anItem(kind, name)));
}

async function imported(kind: ExportKind, items: readonly JsonValue[]) {
  const start = environmentFile("dev");
  const workspace = await WorkspaceDraft.open(textSource(start), {});
  const text = JSON.stringify({ [kind === "nango" ? "data" : "items"]: items });
  const result = await importExport(kind, readExport(kind, text, "x.json"), {
    workspace,
    catalogue: CATALOGUE,
    audit: createScalekitAudit(CATALOGUE),
    environment: "dev",
    isDryRun: false,
  });
  const written = result.changes.map(
    ({ path, after }) => [path, after ?? ""] as const,
  );
  return { result, files: { ...start, ...Object.fromEntries(written) } };
}

/** What the report says about a connection, in one text. */
function toldOf({ report }: ImportResult, name: string): string {
  return [
    ...report.notes
      .filter(({ connection }) => connection === name)
      .map(
        ({ message, pointer }) => `${segmentsOf(pointer).join(".")} ${message}`,
      ),
    ...report.secrets
      .filter(({ connection }) => connection === name)
      .map(({ pointer }) => segmentsOf(pointer).join(".")),
  ].join("\n");
}

function isNamed(path: string, told: string): boolean {
  const names = path.split(".");
  return names.some((_, index) =>
    told
      .split(/[\s,:]+/u)
      .includes(names.slice(0, names.length - index).join(".")),
  );
}

/** Members whose meaning a document has in other words. */
const TRANSLATED = new Set([
  "toolkit.slug",
  "provider",
  "auth_scheme",
  "authScheme",
  "credentials.type",
  "status",
  "is_composio_managed",
  "isComposioManaged",
]);

function isCarried([path, value]: Leaf, document: JsonValue): boolean {
  const said = leavesOf(document).map(([, text]) => String(text));
  if (TRANSLATED.has(path))
    return !["EXPIRED", "SOMETHING"].includes(String(value));
  return String(value)
    .split(/[\s,]+/u)
    .every((part) => said.includes(part));
}

function textMember(item: JsonValue, name: string): string {
  const value = isJsonObject(item) ? item[name] : undefined;
  return typeof value === "string" ? value : "";
}

describe.each(["composio", "nango"] as const)("an export of %s", (kind) => {
  it("is carried over or named leaf by leaf, and never shows a secret", async () => {
    await fc.assert(
      fc.asyncProperty(anExport(kind), async (items) => {
        const { result, files } = await imported(kind, items);
        await expectTidy(files, "dev");
        const documents = Object.entries(files)
          .filter(([path]) => path.includes("connections/"))
          .map(([, text]) => parse(text) as JsonValue);
        for (const item of items) {
          const name = textMember(
            item,
            kind === "nango" ? "unique_key" : "name",
          );
          if (result.report.skipped.some((each) => each.name === name))
            continue;
          const document = documents.find(
            (each) => textMember(each, "connection_id") === name,
          );
          const told = toldOf(result, name);
          for (const leaf of leavesOf(item))
            expect([
              leaf[0],
              isNamed(leaf[0], told) || isCarried(leaf, document ?? null),
            ]).toEqual([leaf[0], true]);
        }
        expect(JSON.stringify([result, files])).not.toContain("made-up-secret");
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});

const anyAddress = fc.constantFrom(
  "https://acme--uat.sandbox.example/authorize",
  "https://login.example/token",
  "https://user:word@login.example/token",
);
const anyLive = fc.record({
  key: fc.constantFrom("mail", "Mail", "a:b", "con"),
  kind: fc.constantFrom(
    { provider: "gmail", authType: "oauth2" },
    { provider: "salesforce", authType: "oauth2" },
    { provider: "acme-crm", authType: "custom" },
  ),
  fields: fc.record(
    {
      "/credentials/client_id": fc.constant("abc"),
      "/scopes": fc.constant(["a:read"]),
      "/settings/authorization_url": anyAddress,
      "/settings/token_url": anyAddress,
      "/settings/user_info_url": anyAddress,
      "/settings/auth_endpoint": anyAddress,
      "/settings/prompt": fc.constantFrom("consent", "x\ny"),
    },
    { requiredKeys: [] },
  ),
});
const PROVIDER = {
  "/custom_provider/display_name": "Acme",
  "/custom_provider/auth_patterns": [
    {
      type: "OAUTH",
      oauth_config: {
        authorize_uri: "https://acme.example/authorize",
        token_uri: "https://login.example/token",
      },
    },
  ],
};

describe("what is live", () => {
  it("is in the documents or named field by field, and the documents are in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyLive, {
          minLength: 1,
          maxLength: 4,
          selector: ({ key }) => key,
        }),
        async (specs) => {
          const live = specs.map(({ key, kind, fields }) => ({
            key,
            ...kind,
            fields: {
              ...fields,
              ...(kind.authType === "custom" ? PROVIDER : {}),
            },
          }));
          const { files, result } = await importInto(environmentFile("dev"), {
            dev: liveReader(live),
          });
          await expectTidy(files, "dev");
          for (const { key, fields } of live) {
            if (result.report.skipped.some(({ name }) => name === key))
              continue;
            const text =
              Object.entries(files).find(
                ([path, each]) =>
                  path.includes("connections/") &&
                  textMember(parse(each) as JsonValue, "connection_id") === key,
              )?.[1] ?? "";
            const said = leavesOf(parse(text) as JsonValue).map(
              ([, leaf]) => leaf,
            );
            const told = toldOf(result, key);
            for (const [pointer, value] of Object.entries(fields)) {
              // The newer spelling of the same setting speaks for both.
              const isTwin =
                pointer === "/settings/auth_endpoint" &&
                fields["/settings/authorization_url"] === value;
              if (isTwin) continue;
              const name = segmentsOf(pointer).join(".");
              const leaves = leavesOf(value as JsonValue).map(
                ([, leaf]) => leaf,
              );
              const isKept = leaves.every(
                (leaf) => said.includes(leaf) || text.includes(String(leaf)),
              );
              expect([name, isKept || told.includes(name)]).toEqual([
                name,
                true,
              ]);
            }
          }
        },
      ),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
