import {
  FileError,
  inWords,
  placeIn,
  SHARED_FILE,
  writeAll,
  type FileWrite,
} from "../platform/files/index.ts";
import type { GitTreeSource } from "./git-tree.ts";

/** A file that differs between two commits. */
export interface TreeChange {
  /** Relative to the workspace. */
  readonly path: string;
  readonly kind: "add" | "change" | "remove";
}

/** Files of these folders that differ between two commits, sorted by path. */
export function changedFiles(
  from: GitTreeSource,
  to: GitTreeSource,
  { folders, except }: FileSelection,
): TreeChange[] {
  const before = new Set(from.paths(folders));
  const after = new Set(to.paths(folders));
  return [...new Set([...before, ...after])]
    .filter((path) => !except.has(path))
    .filter((path) => from.contentId(path) !== to.contentId(path))
    .sort()
    .map((path) => ({
      path,
      kind: !before.has(path) ? "add" : after.has(path) ? "change" : "remove",
    }));
}

/** Which files are compared. */
export interface FileSelection {
  readonly folders: readonly string[];
  /** Paths that stay as they are. */
  readonly except: ReadonlySet<string>;
}

/**
 * Brings files of the working tree to what a commit has: all of them, or none. Every file is read
 * before the first one is written.
 * @throws UserError CFG002 for a file the commit cannot give, CLI016 for a place that is no plain
 * file of the project.
 */
export async function writeChanges(
  root: string,
  to: GitTreeSource,
  changes: readonly TreeChange[],
): Promise<void> {
  const writes: FileWrite[] = [];
  try {
    for (const { path, kind } of changes)
      writes.push({
        place: placeIn(root, path),
        bytes:
          kind === "remove" ? null : ((await to.readFile(path))?.bytes ?? null),
        mode: SHARED_FILE,
      });
    await writeAll(writes);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw inWords(error, {
      code: "CLI016",
      what: `"${error.shown}" is not written`,
      fix: "remove what is in its place, commit, and try again",
      notDone: "nothing was written",
    });
  }
}
