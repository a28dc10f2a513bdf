#!/usr/bin/env node
import { VERSION } from "../domain/generated/version.ts";
import { parseCommandLine } from "./program.ts";

/** Exit status of a command line that cannot be understood. @remarks Source: EX_USAGE of sysexits.h; design, section "Command line". */
const USAGE = 64;

// A reader that went away (`tieline plan | head`) is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exitCode ??= 0;
    else throw error;
  });
}

const argv = process.argv.slice(2);
const parsed = parseCommandLine(argv, VERSION);
if (parsed.kind === "text") {
  process.stdout.write(parsed.text);
} else if (parsed.kind === "usage") {
  const wantsJson = argv.includes("--json");
  if (wantsJson)
    process.stdout.write(
      `${JSON.stringify({ kind: "error", exit_code: USAGE, error: { code: "CLI001", message: parsed.message } })}\n`,
    );
  process.stderr.write(`${parsed.message}\n`);
  process.exitCode = USAGE;
} else {
  // Everything heavy is behind this import: help and usage errors never load it.
  const toolbox = await import("./toolbox.ts");
  process.exitCode = await toolbox.execute(
    toolbox,
    parsed.command,
    parsed.input,
  );
}
