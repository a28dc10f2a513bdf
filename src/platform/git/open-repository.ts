import type { ProcessEnv } from "../../domain/environment-access.ts";
import { realpathSync, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import type { GitPlace } from "../../ports/git.ts";
import { shellWord } from "../../util/shell-word.ts";
import { gitEnvironment, LEADING_OPTIONS } from "./environment.ts";
import { findProgram, type FoundProgram } from "../programs/find-program.ts";
import { findRepository, type FoundRepository } from "./find-repository.ts";
import { runGit } from "./run-git.ts";

/** A repository as its files say it is, and where a folder lies in it. */
export interface LocatedRepository extends GitPlace {
  /** The git folder it shares with other working trees. */
  readonly commonFolder: string;
}

/** A repository that git and we agree on. */
export interface OpenRepository extends LocatedRepository {
  readonly program: FoundProgram & { readonly file: string };
}

/**
 * Finds the repository that holds a folder, without git.
 * @returns `null` where there is none.
 * @throws UserError STA011 when what is there is not taken for one.
 */
export function locateRepository(folder: string): LocatedRepository | null {
  const search = lookAround(folder);
  if (search.kind === "none") return null;
  if (search.kind === "refused")
    throw refusal(search.topLevel, search.why, search.fix);
  const { repository } = search;
  const below = relative(repository.topLevel, realpathSync(folder));
  return {
    ...repository,
    prefix: below === "" ? "" : `${below.split(sep).join("/")}/`,
  };
}

/**
 * Finds the repository that holds a folder and lets git look at it once as it would by itself: that
 * is when git checks whose it is.
 * @returns `null` where there is none; then git is not run at all.
 * @throws UserError STA011 when git refuses it, finds another one, or is not there.
 */
export async function openRepository(
  folder: string,
  env: ProcessEnv,
): Promise<OpenRepository | null> {
  const located = locateRepository(folder);
  if (located === null) return null;
  const program = programFor(located.topLevel, env);
  await assertAgreed(located, program, env);
  return { ...located, program };
}

function lookAround(folder: string): ReturnType<typeof findRepository> {
  try {
    return findRepository(folder);
  } catch (cause) {
    const code =
      cause instanceof Error && "code" in cause ? String(cause.code) : "no";
    throw refusal(
      folder,
      `the system says ${code}`,
      "make the folder and those above it readable for this user",
    );
  }
}

function programFor(
  topLevel: string,
  env: ProcessEnv,
): OpenRepository["program"] {
  const { file, path } = findProgram("git", env, topLevel);
  if (file !== undefined) return { file, path };
  throw refusal(
    topLevel,
    "there is no git program on the PATH outside of the repository",
    "install git 2.30 or later",
  );
}

async function assertAgreed(
  repository: FoundRepository,
  program: OpenRepository["program"],
  env: ProcessEnv,
): Promise<void> {
  const { topLevel } = repository;
  const answer = await runGit({
    program: program.file,
    folder: topLevel,
    leading: LEADING_OPTIONS,
    args: [
      "rev-parse",
      "--absolute-git-dir",
      "--git-common-dir",
      "--show-toplevel",
    ],
    env: {
      ...gitEnvironment({ env, path: program.path, protocols: [] }),
      GIT_CEILING_DIRECTORIES: resolve(topLevel, ".."),
    },
    input: "",
    isRemote: false,
  });
  if (answer.status !== 0)
    throw refusal(
      topLevel,
      `git says: ${answer.stderr}`,
      isForeign(repository)
        ? `if you trust its owner: git config --global --add safe.directory ${shellWord(topLevel)}`
        : `see what is wrong with it: git -C ${shellWord(topLevel)} status`,
    );
  const said = Buffer.from(answer.stdout).toString("utf8").split("\n");
  const [gitFolder, commonFolder, top] = said.map((path) =>
    realOrNone(topLevel, path),
  );
  if (
    gitFolder === repository.gitFolder &&
    commonFolder === repository.commonFolder &&
    top === topLevel
  )
    return;
  throw refusal(
    topLevel,
    "git takes another folder for its git folder or for its working tree",
    `look at core.worktree: git -C ${shellWord(topLevel)} config --show-origin core.worktree`,
  );
}

function realOrNone(topLevel: string, path: string): string | undefined {
  try {
    return realpathSync(resolve(topLevel, path));
  } catch {
    return undefined;
  }
}

/** True where another account owns what git looks at. */
function isForeign({ topLevel, gitFolder }: FoundRepository): boolean {
  const own = process.geteuid?.();
  if (own === undefined) return false;
  return [topLevel, gitFolder].some(
    (path) => statSync(path, { throwIfNoEntry: false })?.uid !== own,
  );
}

function refusal(topLevel: string, why: string, fix: string): UserError {
  return new UserError(
    "STA011",
    `the git repository in "${topLevel}" cannot be used`,
    { why, fix, notDone: "git was asked for nothing" },
  );
}
