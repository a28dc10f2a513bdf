import type { Diagnostic } from "../domain/diagnostic.ts";
import type { FolderListing } from "../domain/source-file.ts";
import { checkAlone } from "./check-alone.ts";
import { readFolder } from "./folder.ts";
import { distinct } from "./resolve.ts";

/** Checks the shared documents by themselves, so that those no environment uses are checked too. */
export function checkBaseDocuments(base: FolderListing): readonly Diagnostic[] {
  const { documents, repeated, diagnostics } = readFolder(base, "base");
  const all = [...documents.values(), ...repeated];
  return distinct([...diagnostics, ...all.flatMap(checkAlone)]);
}
