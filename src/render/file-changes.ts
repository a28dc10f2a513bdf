import type { JsonObject } from "../domain/json.ts";
import type { FileChange } from "../domain/source-file.ts";
import { safe, textOf, type SafeText } from "./escape.ts";

/** What became of files, or would: a line each, the same for every command that writes documents. Never their text, which may hold a secret. */
export function renderFileChanges(
  changes: readonly FileChange[],
  isDry: boolean,
): string {
  return textOf(fileChangeLines(changes, isDry));
}

/** The lines of {@link renderFileChanges}. */
export function fileChangeLines(
  changes: readonly FileChange[],
  isDry: boolean,
): SafeText[] {
  return changes.map((change) => {
    const { path, after } = change;
    if (after === null)
      return safe`${isDry ? "would delete" : "deleted"} ${path}`;
    const verb = isDry ? "would write" : "wrote";
    return safe`${verb} ${path}${isNew(change) ? " (new)" : ""}`;
  });
}

/** The same for machines: what the file is to the workspace, `created`, `changed` or `deleted`. */
export function fileChangesJson(
  changes: readonly FileChange[],
): readonly JsonObject[] {
  return changes.map((change) => ({
    path: change.path,
    change:
      change.after === null ? "deleted" : isNew(change) ? "created" : "changed",
  }));
}

function isNew({ before }: FileChange): boolean {
  return before === null;
}
