#!/usr/bin/env node
import { VERSION } from "../domain/generated/version.ts";
import { plainJsonText, plainOutput } from "../util/plain-text.ts";
import { agentVariable } from "../command/agent.ts";
import type { Parsed } from "./program.ts";
import { isDebugging } from "./unexpected.ts";
import { crashText, watchOutput } from "./standard-streams.ts";

/**
 * Exit status of a command line that cannot be understood. @remarks Source: EX_USAGE of sysexits.h;
 * design, section "Command line".
 */
const USAGE = 64;

const output = watchOutput(process.stdout, process.stderr);

// Rejections that nobody handles come here as well. What was printed and recorded so far stands;
// nothing can be trusted to go on.
process.on("uncaughtException", (cause) => {
  process.stderr.write(
    plainOutput(crashText(cause, isDebugging()), { isPainted: false }),
    () => {
      process.exit(1);
    },
  );
});

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === COMPLETE) return complete(argv.slice(1));
  if (asksForVersion(argv)) {
    if (argv.length > 1) return main(["version", ...argv.slice(1)]);
    // Needs no command, so none is looked at.
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const { parseCommandLine } = await import("./program.ts");
  const parsed = parseCommandLine(argv, VERSION, process.env);
  switch (parsed.kind) {
    case "text":
      process.stdout.write(plainOutput(parsed.text, { isPainted: false }));
      return 0;
    case "usage":
      reportUsage(parsed, wantsJson(argv));
      return USAGE;
    case "run": {
      // Everything heavy is behind these imports: help and usage errors never load it.
      const { execute } = await import("./execute.ts");
      return execute(parsed.command, parsed.input);
    }
  }
}

/** How the scripts of shells ask for what can follow; no command, so that nobody types it. */
const COMPLETE = "__complete";

async function complete(words: readonly string[]): Promise<number> {
  const { completionLines } = await import("./complete.ts");
  const lines = completionLines(words, {
    cwd: process.cwd(),
    root: process.env["TIELINE_ROOT"],
  });
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
  return 0;
}

/** `--version` with anything else is the command, which has a JSON form. */
function asksForVersion(argv: readonly string[]): boolean {
  return argv[0] === "--version" || argv[0] === "-V";
}

/** Whether a command line asks for JSON that nobody could parse. */
function wantsJson(argv: readonly string[]): boolean {
  const words = argv.join(" ");
  return (
    argv.includes("--json") ||
    agentVariable(process.env) !== undefined ||
    /(?:^| )(?:-o ?|--output[ =])json(?: |$)/u.test(words)
  );
}

function reportUsage(
  { code, message, fix, help }: Extract<Parsed, { readonly kind: "usage" }>,
  isJson: boolean,
): void {
  const error = { code, message, fix };
  if (isJson)
    process.stdout.write(
      `${plainJsonText(JSON.stringify({ kind: "error", exit_code: USAGE, error }))}\n`,
    );
  const text =
    help === undefined
      ? `error ${code}: ${message}\n  fix: ${fix}\n  docs: tieline explain ${code}\n`
      : `${help}  fix: ${fix}\n`;
  process.stderr.write(plainOutput(text, { isPainted: false }));
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
  // Streams tell what became of the last lines after this turn of the loop.
  setImmediate(() => {
    process.exitCode = output.settle(status);
  });
});
