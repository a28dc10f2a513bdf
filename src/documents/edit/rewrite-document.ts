import { isMap, parseAllDocuments } from "yaml";
import { segmentsOf } from "../../domain/field/pointer.ts";
import type { DocumentEdit } from "./apply-edits.ts";

/**
 * The text with one document written anew by the YAML library, for the rare forms that cannot be
 * changed in place, such as explicit keys. Its comments stay, its layout need not. `undefined` when
 * the library cannot do it either.
 */
export function rewriteDocument(
  text: string,
  index: number,
  edits: readonly DocumentEdit[],
): string | undefined {
  const all = parseAllDocuments(text, {
    version: "1.2",
    schema: "core",
    // Keys were held apart already; the library would compare each with all others.
    uniqueKeys: false,
  });
  if (!Array.isArray(all)) return undefined;
  const document = all.filter(({ contents }) => isMap(contents))[index];
  if (document?.range === undefined) return undefined;
  const isAlone = all.length === 1;
  try {
    for (const edit of edits) {
      const path = segmentsOf(edit.pointer);
      if ("remove" in edit) document.deleteIn(path);
      else document.setIn(path, document.createNode(edit.value));
    }
    const [start, , end] = document.range;
    const written = document.toString({ lineWidth: 0 });
    return isAlone ? written : text.slice(0, start) + written + text.slice(end);
  } catch {
    // The library says so when a value cannot be reached or written; the caller then refuses.
    return undefined;
  }
}
