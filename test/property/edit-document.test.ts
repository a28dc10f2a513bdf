import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  applyEdits,
  type DocumentEdit,
} from "../../src/documents/edit/apply-edits.ts";
import { editDocument } from "../../src/documents/edit/edit-document.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { pointerOf } from "../../src/domain/field/pointer.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import {
  names,
  values,
  writtenDocuments,
} from "../support/written-documents.ts";

const edits: fc.Arbitrary<DocumentEdit> = fc
  .record({
    path: fc.array(names, { minLength: 1, maxLength: 3 }),
    value: values,
    remove: fc.nat(3),
  })
  .map(({ path, value, remove }) =>
    remove === 0
      ? { pointer: pointerOf(path), remove: true }
      : { pointer: pointerOf(path), value },
  );

/** Those edits that lead somewhere; one into a list by name does not. */
function possible(
  value: JsonObject,
  asked: readonly DocumentEdit[],
): DocumentEdit[] {
  const taken: DocumentEdit[] = [];
  for (const edit of asked)
    try {
      applyEdits(value, [...taken, edit]);
      taken.push(edit);
    } catch {
      // Left out.
    }
  return taken;
}

describe("editing the text of a document", () => {
  it("gives a text that means the edited value and keeps every field it did not touch", () => {
    fc.assert(
      fc.property(
        writtenDocuments,
        fc.array(edits, { maxLength: 4 }),
        (document, asked) => {
          expect(parse(document.text)).toEqual(document.value);
          const wanted = possible(document.value, asked);
          const goal = applyEdits(document.value, wanted);
          const after = editDocument(document.text, wanted);
          expect(parse(after)).toEqual(goal);
          const touched = new Set(
            wanted.map(({ pointer }) => pointer.split("/")[1]),
          );
          for (const [name, part] of document.parts)
            if (!touched.has(name)) expect(after).toContain(part);
          expect(
            after.includes("\r\n") || !document.text.includes("\r\n"),
          ).toBe(true);
          if (wanted.length === 0) expect(after).toBe(document.text);
        },
      ),
      { numRuns: 3 * PROPERTY_RUNS },
    );
  });

  it("changes nothing when asked for what is there", () => {
    fc.assert(
      fc.property(writtenDocuments, ({ text, value }) => {
        const same = Object.entries(value).map(([name, child]) => ({
          pointer: pointerOf([name]),
          value: child,
        }));
        expect(editDocument(text, same)).toBe(text);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
