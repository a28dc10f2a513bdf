import { exitCodeOf } from "../../src/command/exit-codes.ts";
import { formOf } from "../../src/command/forms.ts";
import type { Io } from "../../src/command/io.ts";
import { parseCommandLine } from "../../src/cli/program.ts";
import { VERSION } from "../../src/domain/generated/version.ts";
import { AppError } from "../../src/domain/problem/error.ts";
import { createScrubber } from "../../src/domain/secret/scrubber.ts";
import type { CliOptions, CliResult } from "./cli.ts";

const STYLE = { color: false, width: 100 };

/** What a command line is run in. */
export interface HereOptions extends Pick<CliOptions, "cwd" | "env"> {
  /** Answers questions, as a person at a terminal does; without it nobody is asked. */
  readonly answer?: (question: string) => string;
}

/**
 * Runs a command line in this process: for tests that run hundreds of them. What is of a process
 * (streams, signals, the way an error is shown) is left to tests that start one.
 */
export async function tielineHere(
  args: readonly string[],
  { cwd, env = {}, answer }: HereOptions,
): Promise<CliResult> {
  const parsed = parseCommandLine(args, VERSION, env);
  if (parsed.kind !== "run")
    throw new Error(`not a command line: ${args.join(" ")}`);
  let stdout = "";
  let stderr = "";
  const scrubber = createScrubber();
  const { json, output } = parsed.input.options;
  const form = json === true ? "json" : formOf(output);
  const io: Io = {
    env,
    cwd,
    out: (text) => (stdout += scrubber.scrub(text)),
    commands: (text) => (stdout += scrubber.scrub(text)),
    err: (text) => (stderr += scrubber.scrub(text)),
    transient: () => undefined,
    style: STYLE,
    errStyle: STYLE,
    form,
    isJson: form === "json",
    isQuiet: false,
    isVerbose: false,
    canAsk: answer !== undefined,
    ask: (question) =>
      answer === undefined
        ? Promise.reject(new Error("nobody is asked"))
        : Promise.resolve(answer(question)),
    scrubber,
    interrupt: {
      requested: () => undefined,
      signal: new AbortController().signal,
      beginWriting: () => undefined,
      beginServing: () => undefined,
    },
  };
  try {
    const loaded = await parsed.command.load();
    const status = await loaded.run(parsed.input, io);
    return { status, stdout, stderr };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return {
      status: exitCodeOf(error),
      stdout,
      stderr: `${stderr}${error.code}: ${error.message}: ${error.why ?? ""}\n`,
    };
  }
}
