import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inCommonForm } from "../../src/environment/documents/common-form.ts";
import { resolvePair } from "../../src/features/compare/compare.ts";
import { promote } from "../../src/features/promote/promote.ts";
import { yamlText } from "../../src/documents/read/yaml-text.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { importInto, liveReader, type Files } from "../support/import.ts";
import { applied, textSource } from "../support/text-source.ts";
import { expectForm } from "../support/tidy-documents.ts";

const MODELINE = "# yaml-language-server: $schema=";
const anyText = fc.constantFrom(
  "one",
  "yes",
  "1e5",
  "a: b",
  "x\ny",
  "it's",
  'say "x"',
  "# no",
  "2024-01-01",
  " lead",
  "",
);
/** What a document may say in a field that is sent. */
const anyWord = anyText.filter(
  (text) => text !== "" && text.trim() === text && !text.includes("\n"),
);
const anyScopes = fc.uniqueArray(
  fc.constantFrom("read", "write", "a:b", "123", "https://a.example/x"),
  { minLength: 1, maxLength: 4 },
);
const anyParts = fc.record(
  {
    settings: fc.record(
      {
        user_agent: anyWord,
        prompt: fc.constantFrom("consent", "login"),
        timeout: fc.integer({ min: 1, max: 60 }),
        extra_authorize_params: fc.dictionary(
          fc.constantFrom("zeta", "alpha", "on"),
          anyWord,
          { minKeys: 1, maxKeys: 3 },
        ),
      },
      { requiredKeys: [] },
    ),
    scopes: anyScopes,
    labels: fc.dictionary(
      fc.constantFrom("team", "area", "on"),
      fc.constantFrom("one", "yes", "1e5", "2024-01-01"),
      { minKeys: 1, maxKeys: 3 },
    ),
    description: anyText.filter((text) => text.trim() !== ""),
    owner: fc.constantFrom("team-a", "yes"),
  },
  { requiredKeys: [] },
);

/** A document in the common form, with a line for editors. */
function document(path: string, value: object, schema: string): Files {
  const text = `${MODELINE}${schema}\n# about it\n${yamlText(value)}`;
  const { after } = inCommonForm({ path, before: null, after: text });
  return { [path]: after ?? "" };
}

const BASE = {
  connection_id: "mail",
  provider: "gmail",
  auth_type: "oauth2",
};
const environment = (name: string, more: object = {}): Files =>
  document(
    `environments/${name}/environment.yaml`,
    { environment: name, target: "embedded:", ...more },
    "../../schemas/environment.schema.json",
  );
const overlay = (name: string, value: object, key = "mail"): Files =>
  document(
    `environments/${name}/connections/${key}.yaml`,
    { ...value, connection_id: key },
    "../../../schemas/overlay.schema.json",
  );

describe("documents in the common form", () => {
  it("are in it after a promotion, new ones too, each with the schema of what it is", async () => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          base: anyParts,
          staging: anyParts,
          prod: fc.option(anyParts),
          excludes: fc.boolean(),
        }),
        async ({ base, staging, prod, excludes }) => {
          const files: Files = {
            ...environment("staging"),
            ...environment(
              "prod",
              excludes ? { connections: { exclude: ["mail", "o*"] } } : {},
            ),
            ...document(
              "connections/mail.yaml",
              { ...BASE, ...base },
              "../schemas/connection.schema.json",
            ),
            ...overlay("staging", staging),
            ...overlay("prod", BASE, "kept"),
            ...overlay("staging", { ...BASE, ...staging }, "own"),
            ...(prod === null || excludes ? {} : overlay("prod", prod)),
          };
          expectForm(files);
          const pair = await resolvePair(
            textSource(files),
            ["staging", "prod"],
            {},
          );
          const { changes } = await promote(textSource(files), pair, {
            keys: [],
            fields: [],
            env: {},
          });
          written += changes.length;
          expectForm(applied(files, changes));
        },
      ),
      { numRuns: PROPERTY_RUNS },
    );
    expect(written).toBeGreaterThan(PROPERTY_RUNS);
  });

  it("are in it after an import into them", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyParts,
        anyParts,
        anyScopes,
        anyText,
        async (base, own, scopes, agent) => {
          const files: Files = {
            ...environment("dev"),
            ...environment("other"),
            ...document(
              "connections/mail.yaml",
              { ...BASE, scopes: ["start"], ...base },
              "../schemas/connection.schema.json",
            ),
            ...overlay("dev", own),
          };
          const api = liveReader([
            {
              key: "mail",
              fields: {
                "/scopes": scopes,
                "/settings/user_agent": agent,
                "/settings/extra_authorize_params": { zz: agent, aa: "1" },
              },
            },
            { key: "yes", fields: { "/scopes": scopes } },
          ]);
          for (const managesAll of [false, true]) {
            const done = await importInto(files, { dev: api }, { managesAll });
            expectForm(done.files);
          }
        },
      ),
      { numRuns: Math.ceil(PROPERTY_RUNS / 3) },
    );
  });
});
