import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveDocuments } from "../../src/environment/documents/documents.ts";
import { fixesOf } from "../../src/features/lint/fix.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import {
  anEnvironment,
  lintOptions,
  lintTexts,
  tidy,
} from "../support/lint.ts";
import { applied, textSource } from "../support/text-source.ts";

const scopes = fc.option(
  fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 5 }),
  { nil: undefined },
);
const settings = fc.option(
  fc.record(
    {
      timeout: fc.constantFrom(10, 30, null),
      prompt: fc.constantFrom("none", "consent", null),
      user_agent: fc.constantFrom("x", null),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);
const layer = fc.record({
  scopes,
  settings,
  rotation: fc.constantFrom(undefined, { every: "30d" }, null),
  owner: fc.constantFrom(undefined, "team-support", "team-other"),
  isBlock: fc.boolean(),
  hasComment: fc.boolean(),
});
type Layer = typeof layer extends fc.Arbitrary<infer T> ? T : never;

function linesOf({ isBlock, hasComment, ...members }: Layer): string[] {
  const comment = hasComment ? " # kept" : "";
  return Object.entries(members).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (
      isBlock &&
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0
    )
      return [
        `${name}:`,
        ...Object.entries(value).map(
          ([key, inner]) => `  ${key}: ${JSON.stringify(inner)}${comment}`,
        ),
      ];
    return [`${name}: ${JSON.stringify(value)}${comment}`];
  });
}

describe("lint --fix", () => {
  it("leaves nothing to fix and changes nothing any environment resolves to", async () => {
    await fc.assert(
      fc.asyncProperty(layer, layer, layer, async (base, dev, prod) => {
        const files = {
          "environments/dev/environment.yaml": anEnvironment("dev"),
          "environments/prod/environment.yaml": anEnvironment("prod", [
            "production: true",
          ]),
          "connections/mail.yaml":
            tidy("mail").replace(/owner:.*\n/u, "") +
            linesOf({ ...base, owner: "team-support" })
              .map((line) => `${line}\n`)
              .join(""),
          "environments/dev/connections/mail.yaml": [
            "connection_id: mail",
            ...linesOf(dev),
            "",
          ].join("\n"),
          "environments/prod/connections/mail.yaml": [
            "connection_id: mail",
            ...linesOf(prod),
            "",
          ].join("\n"),
        };
        const { changes } = await fixesOf(textSource(files), lintOptions());
        const after = applied(files, changes);
        for (const name of ["dev", "prod"]) {
          const [was, is] = await Promise.all([
            resolveDocuments(textSource(files), name, {}),
            resolveDocuments(textSource(after), name, {}),
          ]);
          expect(is.connections.map(({ fields }) => withSet(fields))).toEqual(
            was.connections.map(({ fields }) => withSet(fields)),
          );
          const repeats = Object.values(files).some(
            (text) => text !== after[text] && /scopes/u.test(text),
          );
          if (!repeats)
            expect(is.documentsDigest()).toBe(was.documentsDigest());
        }
        // Editing may be refused for a file; then it is left as it was, and nothing else is.
        const report = await lintTexts(after);
        const { left } = await fixesOf(textSource(after), lintOptions());
        expect(
          report.edits.filter(
            ({ document }) => !left.includes(document.source.file),
          ),
        ).toEqual([]);
        expect(left).toEqual([]);
      }),
      { numRuns: Math.ceil(PROPERTY_RUNS / 4) },
    );
  });
});

function withSet(fields: Readonly<Record<string, unknown>>): unknown {
  const scopes = fields["/scopes"];
  return Array.isArray(scopes)
    ? { ...fields, "/scopes": [...new Set(scopes.map(String))].sort() }
    : fields;
}
