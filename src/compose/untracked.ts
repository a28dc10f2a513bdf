import { lstatSync } from "node:fs";
import { join } from "node:path";
import { AppError, UserError } from "../domain/error.ts";
import { LOCAL_FOLDER } from "../platform/files/index.ts";
import { createGit } from "../platform/git/index.ts";
import type { Git, GitPlace } from "../ports/git.ts";
import { shellWord } from "../util/shell-word.ts";

/** Most names that a message gives. */
const MAX_NAMES = 3;

/**
 * Makes sure that what is in the local folder was put there by runs, not by a commit: it decides what is owned and what may be deleted.
 * @throws UserError STA031 when git tracks a file of it, STA011 when git cannot tell.
 */
export async function assertUntracked(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  // What is not there decides nothing.
  if (numberOf(join(root, LOCAL_FOLDER)) === undefined) return;
  const git = createGit(root, env);
  const place = await placeOf(git);
  if (place === null) return;
  const tracked = (await trackedIn(git, place)).filter((path) =>
    isSameFolder(root, path.slice(place.prefix.length)),
  );
  const [first] = tracked;
  if (first === undefined) return;
  const folder = shellWord(
    first.slice(0, place.prefix.length + LOCAL_FOLDER.length),
  );
  const command = `git -C ${shellWord(place.topLevel)}`;
  throw new UserError(
    "STA031",
    `git tracks files of "${LOCAL_FOLDER}": ${listed(tracked)}`,
    {
      why: "what is there decides what is owned, protected and deleted; whoever may change the repository would decide it",
      fix: `look at who committed them (${command} log -- ${folder}); keep them on this disk only if they are yours: ${command} rm -r --cached ${folder}, else: ${command} rm -r ${folder}; and keep ${LOCAL_FOLDER}/ in .gitignore`,
      notDone: "no state was read, and nothing was changed",
    },
  );
}

async function placeOf(git: Git): Promise<GitPlace | null> {
  try {
    return await git.place();
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new UserError(
      "STA011",
      `git cannot tell whether "${LOCAL_FOLDER}" came with a commit`,
      {
        why: `${cause.message}: ${cause.why ?? "it tells nothing"}`,
        ...(cause.fix === undefined ? {} : { fix: cause.fix }),
        notDone: "no state was read, and nothing was changed",
        cause,
      },
    );
  }
}

/** Tracked paths from the top level, in whatever case they are spelled: not every file system tells one from the other. */
async function trackedIn(
  git: Git,
  place: GitPlace,
): Promise<readonly string[]> {
  const answer = await git.run(
    ["ls-files", "-z", "--", `./${place.prefix}${LOCAL_FOLDER}`],
    {
      env: {
        GIT_LITERAL_PATHSPECS: "0",
        GIT_NOGLOB_PATHSPECS: "1",
        GIT_ICASE_PATHSPECS: "1",
      },
    },
  );
  if (answer.status === 0)
    return Buffer.from(answer.stdout)
      .toString("utf8")
      .split("\0")
      .filter((path) => path !== "");
  throw new UserError(
    "STA011",
    `git cannot tell whether "${LOCAL_FOLDER}" came with a commit`,
    {
      why: `git says: ${answer.stderr}`,
      fix: "see what is wrong with: git status",
      notDone: "no state was read, and nothing was changed",
    },
  );
}

/** Whether a path leads into the local folder on this file system. */
function isSameFolder(root: string, path: string): boolean {
  const [name = ""] = path.split("/");
  return (
    name === LOCAL_FOLDER ||
    numberOf(join(root, name)) === numberOf(join(root, LOCAL_FOLDER))
  );
}

function numberOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

function listed(paths: readonly string[]): string {
  const names = paths.slice(0, MAX_NAMES).join(", ");
  const others = paths.length - MAX_NAMES;
  return others > 0 ? `${names} and ${String(others)} more` : names;
}
