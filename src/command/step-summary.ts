import { AppError } from "../domain/problem/error.ts";
import { STEP_SUMMARY_BYTES } from "../output/fit-markdown.ts";
import { plainText } from "../output/escape.ts";
import type { Io } from "./io.ts";
import { readNamedText, writeTextFile } from "./named-files.ts";

/** Below this a summary says nothing any more. */
const LEAST_BYTES = 4_000;

/**
 * Adds Markdown to the summary of a step of GitHub Actions, where this is one. What other commands
 * wrote there stays, and all of it together keeps within what a step may have: the Markdown is made
 * for the room that is left, never cut. A summary that cannot be written changes no result.
 */
export async function addToStepSummary(
  io: Io,
  markdown: (bytes: number) => string,
): Promise<void> {
  const file = io.env["GITHUB_STEP_SUMMARY"] ?? "";
  if (file === "") return;
  try {
    const before = readNamedText(io.cwd, file, {
      maxBytes: 8 * STEP_SUMMARY_BYTES,
      code: "CLI105",
      kind: "the summary of the step",
      notDone: "the result stands; this file was not written",
    });
    const room = STEP_SUMMARY_BYTES - Buffer.byteLength(before) - 1;
    const text = room < LEAST_BYTES ? "" : io.scrubber.scrub(markdown(room));
    if (text === "" || Buffer.byteLength(text) > room)
      io.err("The summary of the step is full: nothing was added to it.\n");
    else await writeTextFile(io.cwd, file, `${before}${text}\n`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    io.err(
      `Nothing was added to the summary of the step: ${plainText(error.message)}\n`,
    );
  }
}
