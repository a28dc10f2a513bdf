import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
} from "yaml";
import { pointerOf } from "../../domain/field/pointer.ts";
import { compareText } from "../../util/compare-text.ts";
import { rangeOf } from "../read/document.ts";
import { readSuppressions } from "./suppressions.ts";

/**
 * What each suppression of a text keeps quiet, as comparable text: the documents, fields and items
 * that begin on its line.
 */
export function suppressedPlaces(text: string): readonly string[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.2",
    schema: "core",
    uniqueKeys: false,
    lineCounter: lines,
  });
  const suppressions = readSuppressions({ file: "", text, lines });
  if (suppressions.length === 0 || !Array.isArray(documents)) return [];
  const byLine = new Map<number, string[]>();
  documents.forEach((document: Document.Parsed, index) => {
    const add = (node: unknown, path: readonly string[]): void => {
      const start = rangeOf(node)?.[0];
      if (start === undefined) return;
      const { line } = lines.linePos(start);
      const place = `${String(index)}${pointerOf(path)}`;
      byLine.set(line, [...(byLine.get(line) ?? []), place]);
    };
    const walk = (node: unknown, path: readonly string[]): void => {
      if (isSeq(node))
        node.items.forEach((item: unknown, at) => {
          add(item, [...path, String(at)]);
          walk(item, [...path, String(at)]);
        });
      if (!isMap(node)) return;
      node.items.forEach(({ key, value }, at) => {
        const name = isScalar(key) ? String(key.value) : "";
        if (at === 0 && path.length === 0) add(key, []);
        add(key, [...path, name]);
        walk(value, [...path, name]);
      });
    };
    walk(document.contents, []);
  });
  return suppressions
    .map(({ place, line }) =>
      JSON.stringify([
        text.slice(place.start, place.end).trimEnd(),
        (byLine.get(line) ?? []).toSorted(compareText),
      ]),
    )
    .toSorted(compareText);
}
