import { posix } from "node:path";
import { AppError } from "../domain/problem/error.ts";
import type { Git, GitAnswer, IndexEntry } from "../ports/git.ts";

/** A file, a submodule or a whole folder that git tracks. */
export interface TrackedFile {
  /** Relative to the folder that was asked about. */
  readonly path: string;
  readonly object: string;
  /** `folder`: all of it is left out. */
  readonly holds: IndexEntry["kind"];
  /**
   * - `ordinary`: whoever looks at the working tree should find it;
   * - `unwritten`: it was never written to this working tree;
   * - `left-out`: this checkout is told to do without it;
   * - `unwatched`: git is told not to look whether it is there;
   * - `unmerged`: a merge of it is not finished;
   * - `head-only`: the commit has it, the index has not.
   */
  readonly kind:
    | "ordinary"
    | "unwritten"
    | "left-out"
    | "unwatched"
    | "unmerged"
    | "head-only";
}

/** What git tracks below some paths, by path. */
export type TrackedFiles = ReadonlyMap<string, TrackedFile>;

/**
 * What git tracks at these paths and below them, in the index and, where git may be asked, in the
 * commit; `null` in no repository.
 * @throws UserError STA011 when what is tracked cannot be found out.
 */
export async function readTracked(
  git: Git,
  paths: readonly string[],
): Promise<TrackedFiles | null> {
  const asked = headEntries(git, paths);
  const index = await git.index();
  if (index === null) return null;
  const { prefix } = index;
  const tracked = new Map<string, TrackedFile>();
  const take = (file: TrackedFile): void => {
    if (!file.path.startsWith(prefix)) return;
    const path = file.path.slice(prefix.length);
    if (paths.some((each) => isAtOrBelow(each, path)))
      tracked.set(path, { ...file, path });
  };
  for (const file of await asked) take(file);
  for (const entry of index.entries) take(fromIndex(entry));
  return tracked;
}

function isAtOrBelow(folder: string, path: string): boolean {
  return folder === "." || path === folder || path.startsWith(`${folder}/`);
}

/**
 * What the commit has; nothing before the first one, or where git cannot be asked: the index alone
 * has to do then.
 */
async function headEntries(
  git: Git,
  paths: readonly string[],
): Promise<readonly TrackedFile[]> {
  try {
    const place = await git.place();
    if (place === null) return [];
    const answer = await git.run([
      "ls-tree",
      "-r",
      "-z",
      "--full-tree",
      "HEAD",
      "--",
      ...paths.map((path) => posix.join(place.prefix, path) || "."),
    ]);
    return answer.status === 0 ? parseTree(answer) : [];
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** Entries of `git ls-tree -r -z`. */
function parseTree(answer: GitAnswer): TrackedFile[] {
  return textOf(answer)
    .split("\0")
    .flatMap((entry) => {
      const [, mode, object, path] =
        /^(\d{6}) \w+ ([0-9a-f]+)\t(.+)$/su.exec(entry) ?? [];
      if (object === undefined || path === undefined) return [];
      const holds = mode === "160000" ? "submodule" : "file";
      return [{ path, object, holds, kind: "head-only" }];
    });
}

function fromIndex(entry: IndexEntry): TrackedFile {
  const { path, object, kind } = entry;
  return { path, object, holds: kind, kind: stateOf(entry) };
}

function stateOf(entry: IndexEntry): TrackedFile["kind"] {
  if (entry.isLeftOut) return "left-out";
  if (!entry.isMerged) return "unmerged";
  if (entry.isUnwatched) return "unwatched";
  return entry.isUnwritten ? "unwritten" : "ordinary";
}

/** Whether the contents of all these objects are in this clone. */
export async function haveObjects(
  git: Git,
  objects: readonly string[],
): Promise<boolean> {
  if (objects.length === 0) return true;
  const answer = await git.run(["cat-file", "--batch-check"], {
    input: objects.map((object) => `${object}\n`).join(""),
  });
  return answer.status === 0 && !/ missing$/mu.test(textOf(answer));
}

function textOf({ stdout }: GitAnswer): string {
  return Buffer.from(stdout).toString("utf8");
}
