import type { Plan } from "../../domain/generated/plan.ts";
import {
  safeMarkdown,
  markdownOf,
  type MarkdownText,
} from "../../output/escape-markdown.ts";
import {
  byteCount,
  type Fold,
  foldedLines,
} from "../../output/fit-markdown.ts";
import type { Style } from "../../output/style.ts";
import { clip } from "../../util/clip.ts";
import { countOf } from "../../util/count.ts";
import { detailBlocks } from "./detail-text.ts";
import { sheetMarkdown } from "./sheet-markdown.ts";
import { tallyLine } from "./sheet-text.ts";
import {
  commitText,
  findingsLines,
  isEmpty,
  noteLines,
  summaryLines,
} from "./text.ts";
import { type PlanView, planView } from "./view.ts";

/** What findings and notes may take from the details of changes. */
const NOTE_BYTES = 8_000;

/** Characters of a name or a subject where it stands alone. */
const MOST_CHARACTERS = 100;

const PLAIN: Style = { color: false, width: 80 };

/** How much room there is, and what to point to. */
export interface PlanMarkdownOptions {
  readonly maxBytes: number;
  /** What to type to see all of it. */
  readonly whole: string;
  /** What to type to have it applied, where it can be. */
  readonly next?: string;
}

/**
 * A plan for a comment on a pull request or the summary of a job: a heading with the numbers, the
 * decision sheet, then by danger as many details as there is room for, folded. It ends with the
 * numbers it begins with. Deterministic, and never longer than it may be.
 */
export function renderPlanMarkdown(
  plan: Plan,
  options: PlanMarkdownOptions,
): string {
  const view = clipped(planView(plan, { showsAll: true }));
  const whole = clip(options.whole, MOST_CHARACTERS);
  const head = headLines(view);
  const foot = footLines(view, options);
  const changes = changeFold(view);
  const notes = noteFold(view);
  // However long the sheet is, what is folded is at least counted.
  const least = [changes, notes].map((fold) =>
    byteCount(foldedLines(fold, { bytes: 0, whole })),
  );
  const [leastChanges = 0, leastNotes = 0] = least;
  let bytes = options.maxBytes - byteCount([...head, ...foot]);
  const sheet = sheetMarkdown(view.sheet, {
    bytes: bytes - leastChanges - leastNotes,
    whole,
  });
  bytes -= byteCount(sheet) + leastChanges;
  const noted = foldedLines(notes, {
    bytes: Math.min(bytes, NOTE_BYTES),
    whole,
  });
  bytes += leastChanges - byteCount(noted);
  const changed = foldedLines(changes, { bytes, whole });
  return markdownOf([...head, ...sheet, ...changed, ...noted, ...foot]);
}

/** Names that fill a page are no names. */
function clipped(view: PlanView): PlanView {
  return {
    ...view,
    environment: clip(view.environment, MOST_CHARACTERS),
    apiHost: clip(view.apiHost, MOST_CHARACTERS),
    expiresAt:
      view.expiresAt === null ? null : clip(view.expiresAt, MOST_CHARACTERS),
    subject: view.subject === null ? null : clip(view.subject, MOST_CHARACTERS),
  };
}

function headLines(view: PlanView): MarkdownText[] {
  const production = view.isProduction ? " (PRODUCTION)" : "";
  const numbers = isEmpty(view)
    ? safeMarkdown`no changes`
    : safeMarkdown`${tallyLine(view.sheet.tally, PLAIN)}`;
  return [
    safeMarkdown`## ${view.environment}${production}: ${numbers}`,
    safeMarkdown``,
    safeMarkdown`${view.apiHost} · ${commitText(view)}`,
    safeMarkdown``,
  ];
}

/** Each line a paragraph: the last ones are what the tail of a log shows. */
function footLines(
  view: PlanView,
  { next }: PlanMarkdownOptions,
): MarkdownText[] {
  return summaryLines(view, PLAIN, {
    verbose: false,
    ...(next === undefined ? {} : { next: clip(next, 5 * MOST_CHARACTERS) }),
  }).flatMap((line, index) =>
    index === 0
      ? [safeMarkdown`${line}`]
      : [safeMarkdown``, safeMarkdown`${line}`],
  );
}

function noteFold(view: PlanView): Fold {
  const lines = [
    ...findingsLines(view, PLAIN),
    ...noteLines(view, { verbose: true }),
  ];
  return {
    title: "Findings and notes",
    blocks: lines.map((line) => ({ lines: [line], count: 1 })),
    noun: "more line",
    restCount: 0,
  };
}

function changeFold(view: PlanView): Fold {
  return {
    title: `Details of ${countOf(view.changes.length, "change")}, most dangerous first`,
    ...detailBlocks(view, PLAIN),
    noun: "more change",
  };
}
