import type { Plan } from "../../domain/generated/plan.ts";
import {
  InvalidDocumentsError,
  type AppError,
} from "../../domain/problem/error.ts";
import { shortCommit } from "../../domain/provenance.ts";
import { renderDiagnostics, renderError } from "../../output/diagnostics.ts";
import { MAX_COMMENT_CHARACTERS } from "../../ports/forge.ts";
import { markdownCode } from "../../output/escape-markdown.ts";
import { commandText, shortDigest } from "../../output/words.ts";
import { clip } from "../../util/clip.ts";
import { countOf } from "../../util/count.ts";
import { shellWord } from "../../util/shell-word.ts";
import { renderPlanMarkdown } from "../plan/markdown.ts";
import { markLines, type CommentMark } from "./mark.ts";
import type { ReviewedEnvironment, ReviewReport } from "./report.ts";

/** Most bytes of a comment: below what forges take by what their own counting may add. */
const MAX_BYTES = 60_000;
/** Of which a plan is given at least this, or nothing. */
const MIN_SECTION_BYTES = 3_000;
/** Of which the table takes at most this. */
const MAX_TABLE_BYTES = 16_000;
/** Characters of a name. */
const MAX_NAME = 100;
/** Environments that the table names; 5,000 of them would be all there is. */
const MAX_ROWS = 100;

const STYLE = { color: false, width: 100 };

/** The body of a comment: its marks, then what {@link reviewMarkdown} says. */
export function commentBody(
  report: ReviewReport,
  mark: { readonly key: string; readonly headCommit: string | null },
  previous: CommentMark | undefined,
): string {
  const lines = markLines(report, mark);
  return `${lines}\n${reviewMarkdown(report, previous, MAX_BYTES - bytesOf(lines))}`;
}

/**
 * What stands in the place of a comment whose plans do not count any more, where it cannot be
 * hidden.
 */
export function supersededBody({
  commit,
}: Pick<CommentMark, "commit">): string {
  return `<!-- tieline-review:v1 superseded -->\nSuperseded: ${commitText(commit)} is not the newest one any more.\n`;
}

/** A comment that stays, with a first line that says its plans do not count any more. */
export function outdatedBody(mark: CommentMark, body: string): string {
  const rest = body
    .split("\n")
    .filter((line, at) => at > 1 || !line.startsWith("<!-- tieline-"));
  const marked = `${supersededBody(mark)}\n${rest.join("\n")}`;
  return marked.length <= MAX_COMMENT_CHARACTERS
    ? marked
    : supersededBody(mark);
}

/**
 * What a review says, within the limit: the table first, then each plan, what does not go through
 * before what does.
 */
export function reviewMarkdown(
  report: ReviewReport,
  previous?: Pick<CommentMark, "commit">,
  most: number = MAX_BYTES,
): string {
  const head = headLines(report, previous).join("\n");
  const order = [...report.environments].sort(
    (a, b) => Number(b.exitCode !== 0) - Number(a.exitCode !== 0),
  );
  let left = most - bytesOf(head) - REST_BYTES;
  const sections: string[] = [];
  for (const [at, each] of order.entries()) {
    if (left < MIN_SECTION_BYTES) {
      sections.push(
        `\n${countOf(order.length - at, "more plan")} in the log of the job.\n`,
      );
      break;
    }
    const share = Math.floor(left / (order.length - at));
    const text = sectionOf(each, Math.max(share, MIN_SECTION_BYTES));
    left -= bytesOf(text);
    sections.push(text);
  }
  return `${head}\n${sections.join("")}`;
}

function headLines(
  report: ReviewReport,
  previous: Pick<CommentMark, "commit"> | undefined,
): string[] {
  const { environments, error, commit, untouchedCount } = report;
  const rows = rowsOf(environments);
  const more = environments.length - rows.length;
  const isReplacing =
    previous !== undefined &&
    previous.commit !== null &&
    previous.commit !== commit;
  return [
    `### tieline: ${titleOf(report)}`,
    "",
    `${commitText(commit)}${untouchedCount > 0 ? ` · ${countOf(untouchedCount, "environment")} not touched` : ""}`,
    ...(isReplacing
      ? [
          "",
          `Takes the place of the plans for ${commitText(previous.commit)}, which do not count any more.`,
        ]
      : []),
    ...(error === null ? [] : ["", fenced(errorText(error), 8000)]),
    ...(rows.length === 0
      ? []
      : [
          "",
          "| environment | plan | digest |",
          "| --- | --- | --- |",
          ...rows,
        ]),
    ...(more > 0
      ? ["", `${countOf(more, "more environment")} in the log of the job.`]
      : []),
  ];
}

/** As many rows as there is room for. */
function rowsOf(environments: readonly ReviewedEnvironment[]): string[] {
  let left = MAX_TABLE_BYTES;
  const rows = environments.slice(0, MAX_ROWS).map(rowOf);
  const end = rows.findIndex((row) => (left -= bytesOf(row) + 1) < 0);
  return end < 0 ? rows : rows.slice(0, end);
}

function titleOf({ environments, error, exitCode }: ReviewReport): string {
  if (error !== null) return "the review failed";
  if (environments.length === 0) return "no environment is touched";
  const count = countOf(environments.length, "environment");
  return exitCode === 0
    ? `${count} planned`
    : `${count}, not all of them can be applied`;
}

function rowOf(each: ReviewedEnvironment): string {
  if (each.kind === "failed")
    return `| ${inCode(each.name)} | **no plan** (${each.error.code}) | |`;
  const { plan } = each;
  return `| ${inCode(each.name)} | ${tallyOf(plan)} | ${inCode(shortDigest(plan.intent_digest))} |`;
}

function tallyOf(plan: Plan): string {
  const refused = plan.findings.filter(({ level }) => level === "refuse");
  const counts = Object.entries(plan.summary)
    .filter(([name, count]) => name !== "noop" && Number(count) > 0)
    .map(([name, count]) => `${String(count)} ${name}`);
  const text = counts.length === 0 ? "no changes" : counts.join(", ");
  return refused.length === 0
    ? text
    : `**refused** (${[...new Set(refused.map(({ code }) => code))].sort().map(inCode).join(", ")}): ${text}`;
}

function sectionOf(each: ReviewedEnvironment, most: number): string {
  const isOpen = each.exitCode !== 0;
  const start = `\n<details${isOpen ? " open" : ""}><summary>${inCode(each.name)}</summary>\n\n`;
  const end = `\n\n</details>\n`;
  const room = most - bytesOf(start) - bytesOf(end);
  return `${start}${each.kind === "failed" ? fenced(errorText(each.error), room) : planMarkdown(each.plan, room)}${end}`;
}

/** A plan within a number of bytes: what somebody has to decide comes first in it. */
function planMarkdown(plan: Plan, most: number): string {
  const apply = `tieline apply ${shellWord(plan.environment)} --expect ${shellWord(plan.intent_digest)}`;
  const text = renderPlanMarkdown(plan, {
    maxBytes: most,
    whole: commandText("plan", plan.environment),
    next: apply,
  }).trimEnd();
  return bytesOf(text) <= most ? text : "This plan is in the log of the job.";
}

function errorText(error: AppError): string {
  const diagnostics =
    error instanceof InvalidDocumentsError ? error.diagnostics : [];
  return `${renderError(error, STYLE)}${renderDiagnostics(diagnostics, STYLE)}`;
}

/**
 * Text that nothing in it can leave: in a fence that is longer than any run of backticks, cut at
 * the end of a line.
 */
function fenced(text: string, most: number): string {
  const lines = text.trimEnd().split("\n");
  const runs = text.match(/`+/gu) ?? [];
  const fence = "`".repeat(Math.max(2, longest(runs)) + 1);
  let left = most - 2 * fence.length - REST_BYTES;
  const kept: string[] = [];
  for (const line of lines) {
    left -= bytesOf(line) + 1;
    if (left < 0) break;
    kept.push(line);
  }
  const rest = lines.length - kept.length;
  return [
    `${fence}text`,
    ...kept,
    ...(rest > 0
      ? [`… ${countOf(rest, "more line")} in the log of the job`]
      : []),
    fence,
  ].join("\n");
}

/** For the word behind the fence, and the line that says how much more there is. */
const REST_BYTES = 80;

function longest(runs: readonly string[]): number {
  return runs.reduce((most, { length }) => Math.max(most, length), 0);
}

function commitText(commit: string | null): string {
  return commit === null
    ? "no commit"
    : `commit ${inCode(shortCommit(commit))}`;
}

/** A name or a number that nothing in it can leave, in a table and in HTML too. */
function inCode(text: string): string {
  return markdownCode(clip(text, MAX_NAME)).toString();
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
