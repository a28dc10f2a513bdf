import { sopsError } from "../core/sops-error.ts";
import type { SopsFile } from "./sops-file.ts";

/**
 * A value is found by file and path, so a file of secrets holds one document. Empty ones behind it,
 * as a `---` at the end makes them, hold nothing to find.
 * @throws UserError SEC007 for a file of several documents with values.
 */
export function assertOneDocument(file: SopsFile): void {
  if (file.documents.slice(1).every(({ entries }) => entries.size === 0))
    return;
  throw sopsError("SEC007", file.path, "the file has several documents", {
    why: "a value is found by its path, and each document could have the same one; sops set changes only the first",
    fix: "put the values into one document with sops edit, or into a file for each document",
    notDone: "no value was read or written",
  });
}
