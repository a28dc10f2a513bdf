import { lstatSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import type { GitAnswer, IndexEntry } from "../../ports/git.ts";
import { openPlain } from "../files/index.ts";
import { parseIndex } from "./index-file.ts";

/** Largest index that is read: some millions of files. */
const MAX_INDEX_BYTES = 512 * 1024 * 1024;

/**
 * The entries of a repository's index, from its file; `ask` lets git list them where that is of a
 * kind only git reads.
 * @throws UserError STA011 when neither works.
 */
export async function readIndex(
  gitFolder: string,
  ask: (args: readonly string[]) => Promise<GitAnswer>,
): Promise<readonly IndexEntry[]> {
  const file = join(gitFolder, "index");
  // Before anything was added, and in a clone of which nothing was checked out, there is none.
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return [];
  const bytes = bytesOf(file);
  const entries = bytes === undefined ? undefined : parseIndex(bytes);
  if (entries !== undefined) return entries;
  const answer = await ask(["ls-files", "-z", "-v", "--stage", "--debug"]);
  if (answer.status === 0) return parseListing(answer);
  throw new UserError("STA011", "git cannot tell what it tracks", {
    why: `git says: ${answer.stderr}`,
    fix: "see what is wrong with: git status",
    notDone: "nothing was read or changed",
  });
}

function bytesOf(file: string): Uint8Array | undefined {
  try {
    const read = openPlain(file, {
      maxBytes: MAX_INDEX_BYTES,
      followsLinks: true,
    });
    return "problem" in read ? undefined : read;
  } catch {
    // Perhaps git may read it; else git says why not.
    return undefined;
  }
}

/**
 * What git prints of each entry, and behind its NUL what it remembers of the file. @remarks Source:
 * git-ls-files(1), 2.39.
 */
function parseListing(answer: GitAnswer): IndexEntry[] {
  const parts = Buffer.from(answer.stdout).toString("utf8").split("\0");
  return parts.flatMap((part, at) => {
    const [, tag, mode, object, stage, path] =
      /(\S) (\d{6}) ([0-9a-f]+) (\d)\t(.+)$/su.exec(part) ?? [];
    if (tag === undefined || object === undefined || path === undefined)
      return [];
    return [
      {
        path,
        object,
        kind: mode === "160000" ? "submodule" : "file",
        isMerged: stage === "0",
        isLeftOut: tag.toUpperCase() === "S",
        isUnwatched: tag !== tag.toUpperCase(),
        isUnwritten: /^\s+ctime: 0:0\n\s+mtime: 0:0\n/u.test(
          parts[at + 1] ?? "",
        ),
      },
    ];
  });
}
