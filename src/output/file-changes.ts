import type { JsonObject } from "../domain/json.ts";
import {
  fateOf,
  type FileChange,
  type FileFate,
} from "../domain/source-file.ts";
import { safe, textOf, type SafeText } from "./escape.ts";
import { shownFile, type Style } from "./style.ts";

const VERBS: Readonly<Record<FileFate, readonly [string, string]>> = {
  created: ["wrote", "would write"],
  changed: ["wrote", "would write"],
  deleted: ["deleted", "would delete"],
};

/**
 * What became of files, or would: a line each, the same for every command that writes documents.
 * Never their text, which may hold a secret.
 */
export function renderFileChanges(
  changes: readonly FileChange[],
  isDry: boolean,
  style: Pick<Style, "fileFrom"> = {},
): string {
  return textOf(fileChangeLines(changes, isDry, style));
}

/** The lines of {@link renderFileChanges}. */
export function fileChangeLines(
  changes: readonly FileChange[],
  isDry: boolean,
  style: Pick<Style, "fileFrom"> = {},
): SafeText[] {
  return changes.map((change) => {
    const fate = fateOf(change);
    const [did, would] = VERBS[fate];
    return safe`${isDry ? would : did} ${shownFile(style, change.path)}${fate === "created" ? " (new)" : ""}`;
  });
}

/** The same for machines: what the file is to the workspace, `created`, `changed` or `deleted`. */
export function fileChangesJson(
  changes: readonly FileChange[],
): readonly JsonObject[] {
  return changes.map((change) => ({
    path: change.path,
    change: fateOf(change),
  }));
}
