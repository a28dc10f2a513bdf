import { randomUUID } from "node:crypto";
import { readNamedText, writeTextFile } from "../../command/named-files.ts";
import type { Io } from "../../command/io.ts";
import { addToStepSummary } from "../../command/step-summary.ts";
import { reviewMarkdown } from "./comment.ts";
import type { ReviewReport } from "./report.ts";

/** Largest file of outputs that is added to. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

const WORDS = {
  maxBytes: MAX_FILE_BYTES,
  code: "CLI105",
  fix: "run the review in a step of GitHub Actions, or without this variable",
  notDone: "the review was posted; this file was not written",
} as const;

/**
 * Fills the summary and the outputs of a step of GitHub Actions, where it is one. What other
 * commands wrote there stays.
 */
export async function writeStepFiles(
  report: ReviewReport,
  io: Io,
): Promise<void> {
  await addToStepSummary(io, (bytes) =>
    reviewMarkdown(report, undefined, bytes),
  );
  const outputs = io.env["GITHUB_OUTPUT"] ?? "";
  if (outputs === "") return;
  const before = readNamedText(io.cwd, outputs, {
    ...WORDS,
    kind: "the file of outputs",
  });
  await writeTextFile(io.cwd, outputs, `${before}${outputLines(report)}`);
}

/** The end of each value is a word that nobody can guess, so that no value says it. */
function outputLines(report: ReviewReport): string {
  return Object.entries(outputsOf(report))
    .map(([name, value]) => {
      const end = `end-${randomUUID()}`;
      return `${name}<<${end}\n${value}\n${end}\n`;
    })
    .join("");
}

/** Values of outputs: words of ours, and JSON for what is a list. */
function outputsOf({
  environments,
  exitCode,
}: ReviewReport): Readonly<Record<string, string>> {
  const planned = environments.flatMap((each) =>
    each.kind === "planned" ? [[each.name, each.plan.intent_digest]] : [],
  );
  return {
    environments: JSON.stringify(environments.map(({ name }) => name)),
    digests: JSON.stringify(Object.fromEntries(planned)),
    "exit-code": String(exitCode),
  };
}
