import { lstatSync, realpathSync, statSync } from "node:fs";
import { dirname, join, parse, resolve } from "node:path";
import { isWithin, openPlain } from "../files/index.ts";

/** A repository as its files say it is; git has not been asked yet. All paths are real paths. */
export interface FoundRepository {
  /** Top level of the working tree: the folder that holds `.git`. */
  readonly topLevel: string;
  readonly gitFolder: string;
  /** Differs from the git folder in a linked working tree. */
  readonly commonFolder: string;
}

/** What looking for a repository gave. */
export type Search =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly repository: FoundRepository }
  | {
      readonly kind: "refused";
      readonly topLevel: string;
      readonly why: string;
      readonly fix: string;
    };

/** Longest `.git` file that is read: a path, and a word before it. */
const MAX_POINTER_BYTES = 64 * 1024;

/**
 * Looks for the repository that holds a folder: the nearest folder upward with an entry named
 * `.git`. git itself would also take a folder that looks like a bare repository for one, and every
 * file of such a folder can come with a commit; an entry named `.git` cannot.
 * @throws the system's error when the folder does not exist.
 */
export function findRepository(folder: string): Search {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    const found = repositoryAt(at);
    if (found !== undefined) return found;
    if (at === parse(at).root) return { kind: "none" };
  }
}

function repositoryAt(topLevel: string): Search | undefined {
  const entry = join(topLevel, ".git");
  const info = lstatSync(entry, { throwIfNoEntry: false });
  if (info === undefined) return undefined;
  if (info.isDirectory())
    // Like git, which passes by a folder of that name without a repository in it.
    return isGitFolder(entry, entry)
      ? {
          kind: "found",
          repository: { topLevel, gitFolder: entry, commonFolder: entry },
        }
      : undefined;
  return behindPointer(topLevel, entry);
}

/**
 * What a `.git` that is a file or a link leads to: a linked working tree, a submodule, or a git
 * folder kept elsewhere.
 */
function behindPointer(topLevel: string, entry: string): Search {
  const refused = (why: string, fix: string): Search => ({
    kind: "refused",
    topLevel,
    why,
    fix,
  });
  const gitFolder = targetOf(topLevel, entry);
  if (gitFolder === undefined)
    return refused(
      `"${entry}" leads to nothing`,
      "run git worktree repair in the main working tree, or clone again",
    );
  const linked = linkedTo(gitFolder);
  const commonFolder = linked?.commonFolder ?? gitFolder;
  if (!isGitFolder(gitFolder, commonFolder))
    return refused(
      `"${entry}" leads to a folder that is not a repository`,
      "run git worktree repair in the main working tree, or clone again",
    );
  if ([gitFolder, commonFolder].some((path) => isWithin(topLevel, path)))
    return refused(
      `"${entry}" leads into the working tree, whose files come with commits`,
      "keep the git folder outside of the working tree",
    );
  if (linked !== undefined && linked.entry !== entry)
    return refused(
      `"${entry}" leads to the git folder of another working tree`,
      "run git worktree repair here",
    );
  return { kind: "found", repository: { topLevel, gitFolder, commonFolder } };
}

function targetOf(topLevel: string, entry: string): string | undefined {
  try {
    if (!statSync(entry).isFile()) return realpathSync(entry);
    const written = /^gitdir: (.+)$/su.exec(readPointer(entry))?.[1];
    return written === undefined
      ? undefined
      : realpathSync(resolve(topLevel, written));
  } catch {
    return undefined;
  }
}

/**
 * Of a linked working tree: the folder it shares with the others, and the `.git` file that it
 * belongs to.
 */
function linkedTo(
  gitFolder: string,
): { readonly commonFolder: string; readonly entry: string } | undefined {
  try {
    const common = readPointer(join(gitFolder, "commondir"));
    const entry = resolve(gitFolder, readPointer(join(gitFolder, "gitdir")));
    return {
      commonFolder: realpathSync(resolve(gitFolder, common)),
      entry: join(realpathSync(dirname(entry)), parse(entry).base),
    };
  } catch {
    return undefined;
  }
}

/** The path that a small file holds. @throws the system's error. */
function readPointer(path: string): string {
  const read = openPlain(path, {
    maxBytes: MAX_POINTER_BYTES,
    followsLinks: true,
  });
  if ("problem" in read) return "";
  return Buffer.from(read)
    .toString("utf8")
    .replace(/[\r\n]+$/u, "");
}

/** The three things by which git knows a repository. */
function isGitFolder(gitFolder: string, commonFolder: string): boolean {
  const isFolder = (path: string): boolean =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return (
    lstatSync(join(gitFolder, "HEAD"), { throwIfNoEntry: false }) !==
      undefined &&
    isFolder(join(commonFolder, "objects")) &&
    isFolder(join(commonFolder, "refs"))
  );
}
