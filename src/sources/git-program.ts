import { execFile } from "node:child_process";
import { UserError } from "../domain/error.ts";
import type { Git, GitAnswer, GitOptions } from "../ports/git.ts";

/** Longest wait for a command that reads or writes the local repository. */
const LOCAL_TIMEOUT_MS = 30_000;
/** Longest wait for one that speaks to a remote: the first fetch of a long history over a slow line. */
const REMOTE_TIMEOUT_MS = 120_000;
/** Most output of one command: every document of 5,000 connections at the largest size they come in. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
/** Most of what git says that goes into a message. */
const MAX_STDERR = 500;

/** Variables that would point git at another repository than its folder's, or hand it what is none of its business. */
const NOT_FOR_GIT =
  /^(?:GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|CEILING_DIRECTORIES|CONFIG.*|TRACE.*|AUTHOR_.*|COMMITTER_.*)|SCALEKIT_.*|SOPS_.*|TIELINE_.*)$/u;

/** A repository's own configuration can name programs to run; those that are not needed to reach a remote are switched off. */
const SAFE_CONFIG: readonly string[] = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.untrackedCache=false",
  "commit.gpgSign=false",
  "push.gpgSign=false",
  "push.followTags=false",
  "push.recurseSubmodules=no",
  "fetch.recurseSubmodules=no",
  "gc.auto=0",
  "maintenance.auto=false",
  "protocol.ext.allow=never",
].flatMap((setting) => ["-c", setting]);

/** The git program for a folder of a repository. Runs nothing until it is asked. */
export function createGit(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Git {
  return {
    folder,
    run: (args, options = {}) => runGit(folder, env, args, options),
  };
}

function runGit(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
  options: GitOptions,
): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "git",
      [...SAFE_CONFIG, ...args],
      {
        cwd: folder,
        timeout:
          options.isRemote === true ? REMOTE_TIMEOUT_MS : LOCAL_TIMEOUT_MS,
        killSignal: "SIGKILL",
        maxBuffer: MAX_OUTPUT_BYTES,
        encoding: "buffer",
        env: { ...environmentOf(env), ...options.env },
      },
      (error, stdout, stderr) => {
        const said = spoken(stderr);
        if (error === null) resolve({ status: 0, stdout, stderr: said });
        else if (typeof error.code === "number")
          resolve({ status: error.code, stdout, stderr: said });
        else reject(unusable(args[0] ?? "", error, said));
      },
    );
    // A git that ends before it read everything closes the pipe; its status says what there is to say.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
  });
}

function environmentOf(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(
      Object.entries(env).filter(([name]) => !NOT_FOR_GIT.test(name)),
    ),
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_LITERAL_PATHSPECS: "1",
    LC_ALL: "C",
  };
}

/** What git printed, on one line, short, and without the credentials an address may hold. */
function spoken(stderr: Uint8Array): string {
  return Buffer.from(stderr)
    .toString("utf8")
    .replaceAll(/:\/\/[^/\s@]*@/gu, "://")
    .trim()
    .replaceAll(/\s+/gu, " ")
    .slice(0, MAX_STDERR);
}

function unusable(
  command: string,
  error: Error & { readonly killed?: boolean; readonly code?: unknown },
  said: string,
): UserError {
  const isMissing = error.code === "ENOENT";
  const why = isMissing
    ? "there is no git program on the PATH, or the folder is gone"
    : error.killed === true
      ? "it did not end in time"
      : "it was ended from outside, or it printed too much";
  return new UserError("STA011", `git ${command} cannot be run`, {
    why: said === "" ? why : `${why}; git says: ${said}`,
    fix: isMissing
      ? "install git 2.30 or later"
      : "run the same git command by hand to see what holds it up",
    notDone: "nothing was changed by this command",
  });
}
