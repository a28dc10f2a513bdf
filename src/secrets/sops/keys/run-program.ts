import type { ProcessEnv } from "../../../domain/environment-access.ts";
import { execFile } from "node:child_process";
import { withSearchFolders } from "../../../platform/programs/search-path.ts";

/** How to run a program. */
interface ProgramOptions {
  readonly env: ProcessEnv;
  /** Default: that of this process. */
  readonly cwd?: string;
  /** Written to its standard input, which is then closed. */
  readonly input?: Uint8Array | string;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** How it ended. What it printed may hold secrets: neither stream is for people. */
interface ProgramResult {
  /** `null` when it was killed: too slow, or more output than allowed. */
  readonly status: number | null;
  readonly isMissing: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 4_194_304;

/**
 * The environment of a program that helps with keys: its own settings and credentials may be any
 * variable, those of the platform are none of its business.
 */
export function toolEnvironment(
  env: ProgramOptions["env"],
): Record<string, string> {
  const taken: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && !/^(?:SCALEKIT|TIELINE)_/iu.test(name))
      taken[name] = value;
  return taken;
}

/** Runs a program without a shell, bounded in time and output. Never throws. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      {
        env: withSearchFolders(toolEnvironment(options.env)),
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        timeout: options.timeoutMs ?? TIMEOUT_MS,
        maxBuffer: options.maxBytes ?? MAX_BYTES,
        encoding: "buffer",
        windowsHide: true,
        killSignal: "SIGKILL",
      },
      (error, stdout, stderr) => {
        const code = error?.code;
        resolve({
          status: error === null ? 0 : typeof code === "number" ? code : null,
          isMissing: code === "ENOENT" || code === "EACCES",
          stdout,
          stderr: stderr.toString("utf8"),
        });
      },
    );
    // A program that ends before it has read everything is judged by its status alone.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
  });
}
