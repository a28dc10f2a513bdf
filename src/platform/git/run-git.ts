import { execFile } from "node:child_process";
import { UserError } from "../../domain/problem/error.ts";
import type { GitAnswer } from "../../ports/git.ts";

/** Longest wait for a command that reads or writes the local repository. */
const LOCAL_TIMEOUT_MS = 30_000;
/**
 * Longest wait for one that speaks to a remote: the first fetch of a long history over a slow line.
 */
const REMOTE_TIMEOUT_MS = 120_000;
/**
 * Most output of one command: every document of 5,000 connections at the largest size they come in.
 */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
/** Most of what git says that goes into a message. */
const MAX_STDERR = 500;

/** One run of the program, everything decided. */
export interface GitRun {
  readonly program: string;
  readonly folder: string;
  /** Options that stand before the command. */
  readonly leading: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string | Uint8Array;
  readonly isRemote: boolean;
}

/** Runs git to its end. @throws UserError STA011 when it cannot be started or does not end. */
export function runGit(run: GitRun): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      run.program,
      [...run.leading, ...run.args],
      {
        cwd: run.folder,
        timeout: run.isRemote ? REMOTE_TIMEOUT_MS : LOCAL_TIMEOUT_MS,
        killSignal: "SIGKILL",
        maxBuffer: MAX_OUTPUT_BYTES,
        encoding: "buffer",
        windowsHide: true,
        env: { ...run.env },
      },
      (error, stdout, stderr) => {
        const said = spoken(stderr);
        if (error === null) resolve({ status: 0, stdout, stderr: said });
        else if (typeof error.code === "number")
          resolve({ status: error.code, stdout, stderr: said });
        else reject(unusable(run.args[0] ?? "", error, said));
      },
    );
    // A git that ends before it read everything closes the pipe; its status says what there is to
    // say.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(run.input);
  });
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
  const why =
    error.code === "ENOENT"
      ? "the folder or the program is gone"
      : error.killed === true
        ? "it did not end in time"
        : typeof error.code === "string" && error.code.startsWith("E")
          ? `the system says ${error.code}`
          : "it was ended from outside, or it printed too much";
  return new UserError("STA011", `git ${command} cannot be run`, {
    why: said === "" ? why : `${why}; git says: ${said}`,
    fix: "run the same git command by hand to see what holds it up",
    notDone: "nothing was changed by this command",
  });
}
