import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { commentsOf, formatFile } from "../../src/documents/format/format.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { aFile } from "../support/documents.ts";
import { writtenDocuments } from "../support/written-documents.ts";

const ROLE = { kind: "connection", layer: "base" } as const;

describe("the common form of documents", () => {
  it("means the same, keeps every comment, and is its own common form", () => {
    let leftAlone = 0;
    let all = 0;
    fc.assert(
      fc.property(writtenDocuments, ({ text, value }) => {
        const once = formatFile(aFile("connections/a.yaml", text), ROLE);
        all += 1;
        if (once.kind !== "formatted") {
          leftAlone += 1;
          return;
        }
        expect(parse(once.after)).toEqual(value);
        expect(commentsOf(once.after)).toEqual(commentsOf(text));
        expect(once.after).not.toMatch(/\r/u);
        const twice = formatFile(aFile("connections/a.yaml", once.after), ROLE);
        expect(twice).toEqual({
          kind: "formatted",
          before: once.after,
          after: once.after,
        });
      }),
      { numRuns: 3 * PROPERTY_RUNS },
    );
    expect(leftAlone / all).toBeLessThan(0.02);
  });
});
