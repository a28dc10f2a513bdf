import type { ProcessEnv } from "../../domain/environment-access.ts";
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import { LOCAL_FOLDER } from "../../platform/files/index.ts";
import { createGit } from "../../platform/git/index.ts";
import { shellWord } from "../../util/shell-word.ts";

/** Most names that a message gives. */
const MAX_NAMES = 3;

/**
 * Makes sure that what is in the local folder was put there by runs, not by a commit: it decides
 * what is owned and what may be deleted.
 * @throws UserError STA008 when git tracks a file of it, STA011 when what git tracks cannot be
 * found out.
 */
export async function assertUntracked(
  root: string,
  env: ProcessEnv,
): Promise<void> {
  // What is not there decides nothing.
  if (numberOf(join(root, LOCAL_FOLDER)) === undefined) return;
  const index = await createGit(root, env).index();
  if (index === null) return;
  const { prefix, topLevel, entries } = index;
  const below = entries
    .map(({ path }) => path)
    .filter((path) => path.startsWith(prefix));
  const names = namesOf(root, below, prefix);
  const tracked = below.filter((path) => names.has(nameOf(path, prefix)));
  const [first] = tracked;
  if (first === undefined) return;
  const folder = shellWord(`${prefix}${nameOf(first, prefix)}`);
  const git = `git -C ${shellWord(topLevel)}`;
  throw new UserError(
    "STA008",
    `git tracks files of "${LOCAL_FOLDER}": ${listed(tracked)}`,
    {
      why: "what is there decides what is owned, protected and deleted; whoever may change the repository would decide it",
      fix: `look at who committed them (${git} log -- ${folder}); keep them on this disk only if they are yours: ${git} rm -r --cached ${folder}, else: ${git} rm -r ${folder}; and keep ${LOCAL_FOLDER}/ in .gitignore`,
      notDone: "no state was read, and nothing was changed",
    },
  );
}

/**
 * Tracked names that lead to the local folder. Not every file system tells `.tieline` from
 * `.Tieline`, so it is asked.
 */
function namesOf(
  root: string,
  paths: readonly string[],
  prefix: string,
): ReadonlySet<string> {
  const local = numberOf(join(root, LOCAL_FOLDER));
  const names = new Set(paths.map((path) => nameOf(path, prefix)));
  return new Set(
    [...names].filter(
      (name) => name === LOCAL_FOLDER || numberOf(join(root, name)) === local,
    ),
  );
}

/** The first name of a path behind the prefix. */
function nameOf(path: string, prefix: string): string {
  const [name = ""] = path.slice(prefix.length).split("/");
  return name;
}

function numberOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

function listed(paths: readonly string[]): string {
  const names = paths.slice(0, MAX_NAMES).join(", ");
  const others = paths.length - MAX_NAMES;
  return others > 0 ? `${names} and ${String(others)} more` : names;
}
