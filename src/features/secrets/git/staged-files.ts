import { join, resolve } from "node:path";
import { UserError } from "../../../domain/problem/error.ts";
import { createGit } from "../../../platform/git/index.ts";
import type { Git, GitAnswer } from "../../../ports/git.ts";
import type { CheckedFile } from "../../../secrets/check-rules.ts";
import { readBlobs } from "../../../sources/git-blobs.ts";
import type { Io } from "../../../command/io.ts";

/** A file in the index that the commit has not, or has otherwise. */
interface Staged {
  readonly path: string;
  readonly object: string;
}

/**
 * The blobs of the index, not the files beside them: what is checked is what would be committed. In
 * a hook that is the index of the commit under way, which git names in a variable.
 * @throws UserError SEC031 when git does not tell what is staged, STA011 when it refuses the
 * repository or there is none.
 */
export async function stagedFiles(
  root: string,
  maxBytes: number,
  io: Io,
): Promise<readonly CheckedFile[]> {
  const git = createGit(root, io.env);
  const place = await git.place();
  const prefix = place?.prefix ?? "";
  const index = io.env["GIT_INDEX_FILE"] ?? "";
  const answer = await mustTell(
    git.run(
      [
        "diff",
        "--cached",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=all",
        "--diff-filter=ACMRT",
        "--",
        prefix === "" ? "." : prefix,
      ],
      index === "" || place === null
        ? {}
        : { env: { GIT_INDEX_FILE: resolve(place.topLevel, index) } },
    ),
  );
  const staged = await boundedOnly(git, parseRaw(answer, prefix), maxBytes);
  const blobs = await readBlobs(
    git,
    staged.map(({ object }) => object),
  );
  if ("status" in blobs) throw untold(blobs);
  return staged.map(({ path }, at) => ({
    path,
    file: join(root, path),
    bytes: blobs[at] ?? new Uint8Array(),
  }));
}

/** Entries `:<modes> <objects> <letter>` and path, each ended by NUL. */
function parseRaw(answer: GitAnswer, prefix: string): Staged[] {
  const fields = Buffer.from(answer.stdout).toString("utf8").split("\0");
  const staged: Staged[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const object = /^:\d{6} (?!160000)\d{6} [0-9a-f]+ ([0-9a-f]+) /u.exec(
      fields[at] ?? "",
    )?.[1];
    const path = fields[at + 1] ?? "";
    if (object !== undefined && path.startsWith(prefix))
      staged.push({ path: path.slice(prefix.length), object });
  }
  return staged;
}

/** Without the files that are too large to be looked into, as in the working tree. */
async function boundedOnly(
  git: Git,
  staged: readonly Staged[],
  maxBytes: number,
): Promise<readonly Staged[]> {
  if (staged.length === 0) return [];
  const answer = await mustTell(
    git.run(["cat-file", "--batch-check"], {
      input: staged.map(({ object }) => `${object}\n`).join(""),
    }),
  );
  const sizes = Buffer.from(answer.stdout)
    .toString("utf8")
    .split("\n")
    .map((line) => Number(/^[0-9a-f]+ blob (\d+)$/u.exec(line)?.[1]));
  return staged.filter((_, at) => (sizes[at] ?? Number.NaN) <= maxBytes);
}

async function mustTell(asked: Promise<GitAnswer>): Promise<GitAnswer> {
  const answer = await asked;
  if (answer.status === 0) return answer;
  throw untold(answer);
}

function untold(answer: GitAnswer): UserError {
  return new UserError("SEC031", "git did not say what is staged", {
    why: `git says: ${answer.stderr}`,
    fix: "see what is wrong with: git status",
    notDone: "nothing was checked",
  });
}
