import { posix } from "node:path";
import { UserError } from "../domain/error.ts";
import type { Git, GitPlace } from "../ports/git.ts";

/** A file, or a submodule, that git tracks. */
export interface TrackedFile {
  /** Relative to the folder that was asked about. */
  readonly path: string;
  readonly isSubmodule: boolean;
  /**
   * - `ordinary`: whoever looks at the working tree should find it;
   * - `left-out`: this checkout is told to do without it;
   * - `ignored`: git is told not to look whether it is there;
   * - `unmerged`: a merge of it is not finished;
   * - `head-only`: the commit has it, the index has not.
   */
  readonly kind: "ordinary" | "left-out" | "ignored" | "unmerged" | "head-only";
  readonly object: string;
}

/** What git tracks below some paths, by path. */
export type TrackedFiles = ReadonlyMap<string, TrackedFile>;

/**
 * Asks git what it tracks at these paths and below them, in the index and in the commit.
 * @throws UserError STA011 when git cannot tell: then nobody knows whether a file is missing or was never there.
 */
export async function readTracked(
  git: Git,
  place: GitPlace,
  paths: readonly string[],
): Promise<TrackedFiles> {
  const within = pathsAtTop(place, paths);
  const [index, head] = await Promise.all([
    git.run(["ls-files", "-z", "-v", "--stage", "--", ...within]),
    git.run(["ls-tree", "-r", "-z", "--full-tree", "HEAD", "--", ...within]),
  ]);
  if (index.status !== 0)
    throw new UserError(
      "STA011",
      "git cannot tell which documents belong to this checkout",
      {
        why: `git says: ${index.stderr}`,
        fix: "see what is wrong with: git status; git sparse-checkout disable ends a partial checkout",
        notDone: "nothing was read or changed",
      },
    );
  const tracked = new Map<string, TrackedFile>();
  // Before the first commit there is no HEAD, and nothing that it could have besides the index.
  if (head.status === 0)
    for (const entry of textOf(head.stdout).split("\0"))
      take(tracked, place, fromTree(entry));
  for (const entry of textOf(index.stdout).split("\0"))
    take(tracked, place, fromIndex(entry));
  return tracked;
}

function pathsAtTop(
  { prefix }: GitPlace,
  paths: readonly string[],
): readonly string[] {
  return paths.map((path) => posix.join(prefix, path) || ".");
}

function take(
  tracked: Map<string, TrackedFile>,
  { prefix }: GitPlace,
  file: TrackedFile | undefined,
): void {
  if (file?.path.startsWith(prefix) !== true) return;
  const path = file.path.slice(prefix.length);
  tracked.set(path, { ...file, path });
}

/** An entry of `git ls-tree -r -z`. */
function fromTree(entry: string): TrackedFile | undefined {
  const [, mode, object, path] =
    /^(\d{6}) \w+ ([0-9a-f]+)\t(.+)$/su.exec(entry) ?? [];
  if (object === undefined || path === undefined) return undefined;
  return { path, object, isSubmodule: mode === "160000", kind: "head-only" };
}

/** An entry of `git ls-files -z -v --stage`. A letter in lower case: git is told to take it as unchanged. */
function fromIndex(entry: string): TrackedFile | undefined {
  const [, tag, mode, object, stage, path] =
    /^(\S) (\d{6}) ([0-9a-f]+) (\d)\t(.+)$/su.exec(entry) ?? [];
  if (tag === undefined || object === undefined || path === undefined)
    return undefined;
  const kind =
    tag.toUpperCase() === "S"
      ? "left-out"
      : stage !== "0"
        ? "unmerged"
        : tag === tag.toUpperCase()
          ? "ordinary"
          : "ignored";
  return { path, object, isSubmodule: mode === "160000", kind };
}

/**
 * Of files in the index, those that were never written to this working tree: git has not looked at them on disk since they came into the
 * index. What somebody deleted here is not among them.
 */
export async function neverWritten(
  git: Git,
  place: GitPlace,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const answer = await git.run([
    "ls-files",
    "-z",
    "--stage",
    "--debug",
    "--",
    ...pathsAtTop(place, paths),
  ]);
  const found = new Set<string>();
  // What git remembers of a file on disk follows its entry, and so begins what stands before the next NUL.
  const parts = textOf(answer.stdout).split("\0");
  for (const [at, part] of parts.entries()) {
    const path = /\d{6} [0-9a-f]+ \d\t(.+)$/su.exec(part)?.[1];
    if (path === undefined || !path.startsWith(place.prefix)) continue;
    if (/^\s+ctime: 0:0\n\s+mtime: 0:0\n/u.test(parts[at + 1] ?? ""))
      found.add(path.slice(place.prefix.length));
  }
  return found;
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
  return answer.status === 0 && !/ missing$/mu.test(textOf(answer.stdout));
}

function textOf(output: Uint8Array): string {
  return Buffer.from(output).toString("utf8");
}
