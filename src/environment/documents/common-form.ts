import { formatFile } from "../../documents/format/format.ts";
import type { FileChange } from "../../domain/source-file.ts";
import { roleOf } from "./document-files.ts";

/**
 * A change of a document with its new text in the common form: a new file always, another one where
 * it had that form before, so that a command neither writes what `fmt --check` refuses nor lays out
 * a file of somebody who does not use it. Pure; what is no document stays as it is.
 */
export function inCommonForm(change: FileChange): FileChange {
  const { path, before, after } = change;
  if (after === null) return change;
  if (before !== null && formOf(path, before) !== before) return change;
  return { path, before, after: formOf(path, after) ?? after };
}

/** The common form of a text; `undefined` where it is left alone. */
function formOf(path: string, text: string): string | undefined {
  const role = roleOf(path);
  if (role === undefined) return undefined;
  const bytes = new TextEncoder().encode(text);
  const formatted = formatFile({ path, bytes }, role);
  return formatted.kind === "formatted" ? formatted.after : undefined;
}
