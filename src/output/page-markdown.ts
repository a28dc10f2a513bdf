import { clip } from "../util/clip.ts";
import {
  markdownCode,
  markdownOf,
  safeMarkdown,
  type MarkdownText,
} from "./escape-markdown.ts";
import type { SafeText } from "./escape.ts";
import {
  byteCount,
  foldedLines,
  linesWithin,
  type Fold,
} from "./fit-markdown.ts";
import {
  MOST_NAME_CHARACTERS,
  type Page,
  type PageList,
  type PagePoint,
} from "./page.ts";

/**
 * A page for a comment or the summary of a job: its points, then its details, folded, as much as
 * fits, and what to do next. Deterministic, and never longer than it may be.
 */
export function pageMarkdown(page: Page, bytes: number): string {
  const whole = clip(page.whole, MOST_NAME_CHARACTERS);
  const part = { bytes: bytes / 3, whole };
  const head = [
    safeMarkdown`## ${page.title}`,
    safeMarkdown``,
    ...linesWithin(page.points.map(pointLine), part),
    safeMarkdown``,
  ];
  const end = linesWithin(paragraphs(page.closing), part);
  const folds = page.lists
    .filter(({ items }) => items.length > 0)
    .map((list) => foldOf(list));
  let left = bytes - byteCount([...head, ...end]);
  // However long the first ones are, the others are at least counted.
  let least = folds.map((fold) =>
    byteCount(foldedLines(fold, { bytes: 0, whole })),
  );
  const details = folds.flatMap((fold) => {
    least = least.slice(1);
    const others = least.reduce((sum, each) => sum + each, 0);
    const lines = foldedLines(fold, { bytes: left - others, whole });
    left -= byteCount(lines);
    return lines;
  });
  return markdownOf([...head, ...details, ...end]);
}

function pointLine({ label, text, names }: PagePoint): MarkdownText {
  const named = names === undefined ? safeMarkdown`` : markdownCode(names);
  const colon = label === "" ? safeMarkdown`` : safeMarkdown`${label}: `;
  const isBoth = text !== undefined && names !== undefined;
  const gap = isBoth ? safeMarkdown` ` : safeMarkdown``;
  return safeMarkdown`- ${colon}${named}${gap}${text ?? ""}`;
}

function foldOf({ title, noun, items }: PageList): Fold {
  return {
    title,
    blocks: items.map(({ lines }) => ({ lines, count: 1 })),
    noun,
    restCount: 0,
  };
}

/** Without the empty lines that part them in a terminal. */
function paragraphs(lines: readonly SafeText[]): MarkdownText[] {
  return lines
    .filter((line) => line.toString() !== "")
    .flatMap((line) => [safeMarkdown`${line}`, safeMarkdown``]);
}
