import { parseAllDocuments, stringify } from "yaml";
import { UserError } from "../../domain/error.ts";
import type { JsonValue } from "../../domain/json.ts";
import { segmentsOf, type Pointer } from "../../domain/pointer.ts";

/** One change of a document's text: a value that is set, or with `remove` a member that goes. */
export type DocumentEdit =
  | { readonly pointer: Pointer; readonly value: JsonValue }
  | { readonly pointer: Pointer; readonly remove: true };

/**
 * The text of a YAML or JSON file with some values changed. Comments, order, quotes and every untouched line stay as they are; members on the
 * way are made. `index` says which document of a file with several.
 * @throws UserError CFG047 when the text cannot be edited so that it means exactly what was asked: it does not parse, holds its own SOPS
 * block, or the value is shared through an anchor.
 */
export function editDocument(
  text: string,
  edits: readonly DocumentEdit[],
  index = 0,
): string {
  const documents = parseAllDocuments(text);
  const document = Array.isArray(documents) ? documents[index] : undefined;
  if (document === undefined || document.errors.length > 0)
    throw new UserError("CFG047", "the text cannot be edited", {
      why: "it is not valid YAML",
      fix: "run: tieline validate",
      notDone: "nothing was written",
    });
  for (const edit of edits) {
    const path = segmentsOf(edit.pointer);
    if ("remove" in edit) document.deleteIn(path);
    else document.setIn(path, document.createNode(edit.value));
  }
  return Array.isArray(documents)
    ? documents.map((each) => each.toString({ lineWidth: 0 })).join("")
    : stringify(null);
}
