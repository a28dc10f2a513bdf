import type { DriftReport } from "../../domain/drift.ts";
import {
  markdownCode,
  markdownOf,
  safeMarkdown,
  type MarkdownText,
} from "../../output/escape-markdown.ts";
import {
  byteCount,
  COMMENT_BYTES,
  foldedLines,
  linesWithin,
} from "../../output/fit-markdown.ts";
import type { Style } from "../../output/style.ts";
import { commandText, nameList } from "../../output/words.ts";
import { clip } from "../../util/clip.ts";
import {
  closingLines,
  driftBlocks,
  titleLine,
  unmanagedLines,
} from "./text.ts";

const PLAIN: Style = { color: false, width: 80 };

/** Names told before the details; more are in them. */
const MOST_NAMES = 200;
const MOST_CHARACTERS = 100;

/**
 * Drift for a comment or the summary of a job: what moved by name, then field by field, folded, as
 * much as fits.
 */
export function renderDriftMarkdown(full: DriftReport): string {
  const report = {
    ...full,
    environment: clip(full.environment, MOST_CHARACTERS),
    apiHost: clip(full.apiHost, MOST_CHARACTERS),
  };
  const whole = clip(commandText("drift", full.environment), MOST_CHARACTERS);
  const foot = paragraphs([...unmanagedLines(report), ...closingLines(report)]);
  const names = [
    ...namesLine(
      "changed",
      report.drifted.map(({ key }) => key),
    ),
    ...namesLine("gone", report.missing),
    ...namesLine(
      "cannot be read",
      report.unreadable.map(({ key }) => key),
    ),
  ];
  const room = { bytes: COMMENT_BYTES / 3, whole };
  const head = [
    safeMarkdown`## ${titleLine(report, PLAIN)}`,
    safeMarkdown``,
    ...linesWithin(names, room),
    safeMarkdown``,
  ];
  const end = linesWithin(foot, room);
  const details = foldedLines(
    {
      title: "Field by field",
      blocks: driftBlocks(report, PLAIN).map((lines) => ({ lines, count: 1 })),
      noun: "more connection",
      restCount: 0,
    },
    { bytes: COMMENT_BYTES - byteCount([...head, ...end]), whole },
  );
  return markdownOf([...head, ...details, ...end]);
}

function namesLine(word: string, keys: readonly string[]): MarkdownText[] {
  return keys.length === 0
    ? []
    : [safeMarkdown`- ${word}: ${markdownCode(nameList(keys, MOST_NAMES))}`];
}

/** Without the empty lines that part them in a terminal. */
function paragraphs(lines: ReturnType<typeof closingLines>): MarkdownText[] {
  return lines
    .filter((line) => line.toString() !== "")
    .flatMap((line) => [safeMarkdown`${line}`, safeMarkdown``]);
}
