import type { Diagnostic } from "../domain/diagnostic.ts";
import { getAt, type Pointer } from "../domain/pointer.ts";
import type { JsonObject } from "../domain/json.ts";
import type { FolderListing } from "../ports/document-source.ts";
import { placeAt, placeOfDocument } from "./document.ts";
import { readFolder, type NamedDocument } from "./folder.ts";
import { distinct } from "./resolve.ts";
import { checkSchema } from "./schema-check.ts";

/**
 * Checks the shared documents by themselves, so that those no environment uses are checked too. Values that hold references are left to
 * the environments, and so are fields an overlay may add.
 */
export function checkBaseDocuments(base: FolderListing): readonly Diagnostic[] {
  const { documents, diagnostics } = readFolder(base, "base");
  return distinct([
    ...diagnostics,
    ...[...documents.values()].flatMap(checkOne),
  ]);
}

function checkOne({ name, document }: NamedDocument): Diagnostic[] {
  return checkSchema({
    kind: "connection",
    value: document.value,
    name,
    originOf: (pointer, part) =>
      placeAt(document, pointer, part) ?? placeOfDocument(document),
    isWanted: ({ keyword, instancePath }) =>
      !(keyword === "required" && instancePath === "") &&
      !holdsReference(document.value, instancePath),
  });
}

function holdsReference(value: JsonObject, pointer: Pointer): boolean {
  const found = getAt(value, pointer);
  return (
    typeof found === "string" &&
    (/^(?:var|env):\/\//u.test(found) || found.includes("${var."))
  );
}
