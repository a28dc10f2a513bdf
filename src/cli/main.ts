#!/usr/bin/env node
import { VERSION } from "../domain/generated/version.ts";
import { plainJsonText, plainOutput } from "../util/plain-text.ts";
import { parseCommandLine, type Parsed } from "./program.ts";
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
  const parsed = parseCommandLine(argv, VERSION, process.env);
  switch (parsed.kind) {
    case "text":
      process.stdout.write(plainOutput(parsed.text, { isPainted: false }));
      return 0;
    case "usage":
      reportUsage(parsed, argv.includes("--json"));
      return USAGE;
    case "run": {
      // Everything heavy is behind these imports: help and usage errors never load it.
      const { execute } = await import("./execute.ts");
      return execute(parsed.command, parsed.input);
    }
  }
}

function reportUsage(
  { code, message, fix }: Extract<Parsed, { readonly kind: "usage" }>,
  isJson: boolean,
): void {
  const error = { code, message, fix };
  if (isJson)
    process.stdout.write(
      `${plainJsonText(JSON.stringify({ kind: "error", exit_code: USAGE, error }))}\n`,
    );
  const text = `${message}\n  fix: ${fix}\n`;
  process.stderr.write(plainOutput(text, { isPainted: false }));
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
  // Streams tell what became of the last lines after this turn of the loop.
  setImmediate(() => {
    process.exitCode = output.settle(status);
  });
});
