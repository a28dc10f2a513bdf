import { UserError } from "../domain/problem/error.ts";
import type { Git, GitAnswer } from "../ports/git.ts";

/** Settings of programs that turn a file into what is stored of it, and back. */
const FILTER = /^filter\.(.+)\.(?:clean|smudge|process|required)$/su;

/** What git tells about some paths. */
export interface GitStatus {
  /** `null` before the first commit. */
  readonly commit: string | null;
  /** `null` where only a filter could tell. */
  readonly dirty: boolean | null;
}

/**
 * Compares paths with the commit. Runs no filter: git runs one for every file whose times it does
 * not trust, and a `.gitattributes` that came with a commit says for which.
 * @throws UserError STA011 when git does not tell.
 */
export async function readStatus(
  git: Git,
  paths: readonly string[],
): Promise<GitStatus> {
  const filters = [
    ...new Set(
      (await git.settings(FILTER)).flatMap(
        ({ key }) => FILTER.exec(key)?.[1] ?? [],
      ),
    ),
  ];
  // A setting on the command line ends its name at the first equals sign, so such a filter cannot
  // be switched off.
  if (filters.some((name) => name.includes("=")))
    return { commit: await headOf(git), dirty: null };
  const answer = await mustRun(git, [
    ...filters.flatMap(switchedOff),
    "status",
    "--porcelain=v2",
    "-z",
    "--branch",
    "--no-ahead-behind",
    "--no-renames",
    "--untracked-files=normal",
    // Whether another commit of a submodule is checked out is seen without running git in it.
    "--ignore-submodules=dirty",
    "--",
    ...paths,
  ]);
  const { commit, changed, isSure } = parseStatus(answer);
  if (isSure || changed.length === 0) return { commit, dirty: isSure };
  return {
    commit,
    dirty: (await areAllFiltered(git, changed, filters)) ? null : true,
  };
}

async function headOf(git: Git): Promise<string | null> {
  const { status, stdout } = await git.run([
    "rev-parse",
    "--verify",
    "--quiet",
    "HEAD^{commit}",
  ]);
  return status === 0 ? Buffer.from(stdout).toString("utf8").trim() : null;
}

/** An empty program is none. */
function switchedOff(name: string): readonly string[] {
  return ["clean=", "smudge=", "process=", "required=false"].flatMap(
    (setting) => ["-c", `filter.${name}.${setting}`],
  );
}

interface ParsedStatus {
  readonly commit: string | null;
  /** Tracked files whose bytes are not those of the index. */
  readonly changed: readonly string[];
  /** True when anything else differs: then no filter can make it equal. */
  readonly isSure: boolean;
}

/**
 * Reads the second porcelain format, whose entries end with NUL. @remarks Source: git-status(1),
 * 2.39.
 */
function parseStatus(answer: GitAnswer): ParsedStatus {
  let commit: string | null = null;
  let isSure = false;
  const changed: string[] = [];
  for (const entry of Buffer.from(answer.stdout).toString("utf8").split("\0")) {
    const head = /^# branch\.oid ([0-9a-f]{40,64})$/u.exec(entry)?.[1];
    const path = /^1 \.M N\.\.\. (?:\S+ ){5}(.+)$/su.exec(entry)?.[1];
    if (head !== undefined) commit = head;
    else if (path !== undefined) changed.push(path);
    else if (entry !== "" && !entry.startsWith("#")) isSure = true;
  }
  return { commit, changed, isSure };
}

/**
 * Whether each of the files has a filter that is installed here: its bytes are then not meant to be
 * those of the index.
 */
async function areAllFiltered(
  git: Git,
  paths: readonly string[],
  filters: readonly string[],
): Promise<boolean> {
  if (filters.length === 0) return false;
  const { stdout } = await mustRun(
    git,
    ["check-attr", "-z", "--stdin", "filter"],
    paths.map((path) => `${path}\0`).join(""),
  );
  const fields = Buffer.from(stdout).toString("utf8").split("\0");
  const values = fields.filter((_, at) => at % 3 === 2);
  return (
    values.length === paths.length &&
    values.every((value) => filters.includes(value))
  );
}

async function mustRun(
  git: Git,
  args: readonly string[],
  input = "",
): Promise<GitAnswer> {
  const answer = await git.run(args, { input });
  if (answer.status === 0) return answer;
  throw new UserError(
    "STA011",
    "git cannot tell what differs from the commit",
    {
      why: `git says: ${answer.stderr}`,
      fix: "run git status by hand to see what is wrong",
      notDone: "nothing was changed",
    },
  );
}
