import { randomUUID } from "node:crypto";
import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { UserError } from "../domain/error.ts";
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
 * Brings files of the working tree to what a commit has. Every file is read and every place looked at before the first one is written.
 * @throws UserError CFG002 for a file the commit cannot give, CLI024 for a place that is no plain file of the project.
 */
export async function writeChanges(
  root: string,
  to: GitTreeSource,
  changes: readonly TreeChange[],
): Promise<void> {
  const contents = new Map<string, Uint8Array>();
  for (const { path, kind } of changes) {
    await assertPlainPlace(root, path);
    if (kind === "remove") continue;
    const file = await to.readFile(path);
    if (file !== null) contents.set(path, file.bytes);
  }
  for (const { path } of changes) {
    const full = join(root, path);
    const bytes = contents.get(path);
    if (bytes === undefined) {
      await rm(full, { force: true });
      continue;
    }
    await mkdir(dirname(full), { recursive: true });
    const temporary = `${full}.${randomUUID()}.tmp`;
    await writeFile(temporary, bytes, { flag: "wx" });
    await rename(temporary, full);
  }
}

/** No link on the way: a file written through one would land somewhere else. */
async function assertPlainPlace(root: string, path: string): Promise<void> {
  const names = relative(root, join(root, path)).split(sep);
  for (let length = 1; length <= names.length; length += 1) {
    const info = await lstat(join(root, ...names.slice(0, length))).catch(
      () => undefined,
    );
    if (info === undefined) return;
    const isLast = length === names.length;
    if (isLast ? info.isFile() : info.isDirectory()) continue;
    throw new UserError("CLI024", `"${path}" is not written`, {
      why: "a link, a folder or something else that is no plain file is in its place",
      fix: "remove it, commit, and try again",
      notDone: "nothing was written",
    });
  }
}
