import { countOf } from "../util/count.ts";
import type { SafeText } from "./escape.ts";
import {
  safeMarkdown,
  markdownBlock,
  type MarkdownText,
} from "./escape-markdown.ts";

/**
 * Most bytes of UTF-8. GitHub takes 65,536 characters of a comment: the rest is for whoever puts
 * marks of their own around it.
 */
export const COMMENT_BYTES = 60_000;

/**
 * Most bytes of the summary of a step of GitHub Actions, all that was written to it together.
 * @remarks Source: docs.github.com, "Adding a job summary": 1,024 KiB for a step, beyond which the
 * whole upload fails; the rest is for what others write.
 */
export const STEP_SUMMARY_BYTES = 900 * 1024;

/** Room that lines have to fit in. */
export interface Room {
  /** Bytes of UTF-8. */
  readonly bytes: number;
  /** Where all of it is told. */
  readonly whole: string;
}

/** What lines take as bytes of UTF-8, each with its line feed. */
export function byteCount(lines: readonly MarkdownText[]): number {
  return lines.reduce(
    (sum, line) => sum + Buffer.byteLength(line.toString()) + 1,
    0,
  );
}

/** The first lines, as many as fit, and how many more there are. */
export function linesWithin(
  lines: readonly MarkdownText[],
  { bytes, whole }: Room,
): MarkdownText[] {
  if (byteCount(lines) <= bytes) return [...lines];
  const more = (count: number): MarkdownText =>
    safeMarkdown`- ${countOf(count, "more line")} in the output of ${whole}`;
  let left = bytes - byteCount([more(lines.length)]);
  const end = lines.findIndex((line) => (left -= byteCount([line])) < 0);
  return [...lines.slice(0, end), more(lines.length - end)];
}

/** What is shown only when somebody clicks on its title. */
export interface Fold {
  readonly title: string;
  /** Lines that belong together, and how many things they tell of. */
  readonly blocks: readonly {
    readonly lines: readonly SafeText[];
    readonly count: number;
  }[];
  /** What is counted where blocks are left out. */
  readonly noun: string;
  /** Things that no block tells of. */
  readonly restCount: number;
}

/** The first blocks, as many as fit, and how many more there are; where no room is, only that. */
export function foldedLines(
  { title, blocks, noun, restCount }: Fold,
  { bytes, whole }: Room,
): MarkdownText[] {
  if (blocks.length === 0) return [];
  const write = (some: Fold["blocks"], rest: number): MarkdownText[] => [
    safeMarkdown`<details><summary>${title}</summary>`,
    safeMarkdown``,
    ...(some.length === 0
      ? []
      : [markdownBlock(some.flatMap(({ lines }) => lines)), safeMarkdown``]),
    ...(rest === 0
      ? []
      : [
          safeMarkdown`${countOf(rest, noun)} in the output of ${whole}`,
          safeMarkdown``,
        ]),
    safeMarkdown`</details>`,
    safeMarkdown``,
  ];
  const total = blocks.reduce((sum, { count }) => sum + count, restCount);
  let left = bytes - byteCount(write([], total));
  const end = blocks.findIndex(
    ({ lines }) => (left -= byteCount([markdownBlock(lines)])) < 0,
  );
  const shown = end < 0 ? blocks : blocks.slice(0, end);
  const told = shown.reduce((sum, { count }) => sum + count, 0);
  return write(shown, total - told);
}
