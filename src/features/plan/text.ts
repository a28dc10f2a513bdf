import { countOf, countText } from "../../util/count.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { shortCommit } from "../../domain/provenance.ts";
import { detailLines } from "./detail-text.ts";
import {
  indent,
  joinSafe,
  safe,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { pageCommand } from "../../output/diagnostics.ts";
import { sheetLines, tallyLine } from "./sheet-text.ts";
import { type FindingView, type PlanView, planView } from "./view.ts";
import {
  type Paint,
  paint,
  shownFile,
  type Style,
} from "../../output/style.ts";
import { nameList, shortDigest } from "../../output/words.ts";

/** How much of a plan to print. */
export interface PlanTextOptions {
  /** Every change however many, the steps of each, and where every field and secret comes from. */
  readonly verbose: boolean;
  /**
   * What to type to have it applied, where the plan is not about to be applied anyhow, and where it
   * can be.
   */
  readonly next?: string;
}

/**
 * A plan for people: first what somebody has to decide, worst first, then each change with what it
 * means, what the guards say, and how to apply it. It ends with the numbers it begins with, since
 * that is where the log of a job ends. Deterministic; shows no secret because a plan has none, and
 * of a fingerprint four digits.
 */
export function renderPlan(
  plan: Plan,
  style: Style,
  options: PlanTextOptions,
): string {
  const view = planView(plan, { showsAll: options.verbose });
  const sections = [
    headerLines(view, style),
    sheetLines(view.sheet, style),
    ...detailLines(view, style, options),
    findingsLines(view, style),
    noteLines(view, options),
    summaryLines(view, style, options),
  ].filter((section) => section.length > 0);
  return textOf(
    sections.flatMap((lines, index) =>
      index === 0 ? [...lines] : [safe``, ...lines],
    ),
  );
}

function headerLines(view: PlanView, style: Style): SafeText[] {
  const name = paint(style, "bold", view.environment);
  const production = view.isProduction
    ? safe` ${paint(style, "red", "(PRODUCTION)")}`
    : safe``;
  return [
    safe`${name}${production} · ${view.apiHost} · ${commitText(view)}`,
    ...(isEmpty(view) ? [] : [tallyLine(view.sheet.tally, style)]),
  ];
}

/** Nothing to decide, to do or to know: then numbers are noise. */
export function isEmpty({ summary, refusalCount, sheet }: PlanView): boolean {
  return summary.length === 0 && refusalCount === 0 && sheet.rules.length === 0;
}

/** Of what commit a plan is. */
export function commitText(view: PlanView): SafeText {
  if (view.commit === null) return safe`no commit`;
  const subject = view.subject === null ? safe`` : safe` "${view.subject}"`;
  const dirty = view.isDirty === true ? " with uncommitted changes" : "";
  return safe`commit ${shortCommit(view.commit)}${subject}${dirty}`;
}

/** What guards and audits say, each with what to do about it. */
export function findingsLines(view: PlanView, style: Style): SafeText[] {
  const lines = view.findings.flatMap((finding) =>
    findingLines(finding, style),
  );
  if (view.hiddenFindingCount > 0)
    lines.push(
      safe`${countOf(view.hiddenFindingCount, "more finding")} not shown here; --verbose shows all of them`,
    );
  return lines;
}

const FINDING_LABELS: Readonly<
  Record<FindingView["level"], readonly [Paint, string]>
> = {
  refuse: ["red", "refused"],
  warn: ["yellow", "warning"],
  warning: ["yellow", "warning"],
  note: ["dim", "note"],
};

function findingLines(finding: FindingView, style: Style): SafeText[] {
  const { key, override } = finding;
  const label = paint(style, ...FINDING_LABELS[finding.level]);
  const isNamed = key === null || finding.message.startsWith(`"${key}"`);
  const about = isNamed ? safe`` : safe`"${key}": `;
  const details: SafeText[] = [];
  if (finding.place !== null)
    details.push(safe`${shownFile(style, finding.place)}`);
  if (finding.why !== null) details.push(safe`why: ${finding.why}`);
  if (override !== null) {
    const until = override.until === null ? "" : ` until ${override.until}`;
    details.push(safe`allowed${until}: ${override.reason}`);
  } else if (finding.fix !== null) details.push(safe`fix: ${finding.fix}`);
  details.push(safe`docs: ${pageCommand(finding.code)}`);
  return [
    safe`${label} ${finding.code}: ${about}${finding.message}`,
    ...indent(details, 2),
  ];
}

/** What is left as it is. */
export function noteLines(
  view: PlanView,
  options: PlanTextOptions,
): SafeText[] {
  const { orphans, unmanaged, local } = view;
  const lines: SafeText[] = [];
  if (orphans.length > 0)
    lines.push(
      safe`${countOf(orphans.length, "owned connection")} that no document declares ${areKept(orphans.length)} (this environment does not prune): ${nameList(orphans)}`,
    );
  if (unmanaged.length > 0)
    lines.push(
      safe`${countOf(unmanaged.length, "live connection")} ${isOrAre(unmanaged.length)} not managed here: ${nameList(unmanaged)}`,
    );
  if (options.verbose && local.fieldCount > 0)
    lines.push(
      safe`${countOf(local.fieldCount, "field")} ${isOrAre(local.fieldCount)} kept local, for applications, and never sent: ${nameList(local.keys)}`,
    );
  return lines;
}

function areKept(count: number): string {
  return count === 1 ? "is kept" : "are kept";
}

function isOrAre(count: number): string {
  return count === 1 ? "is" : "are";
}

/** What would be done in all, and how to have it done. */
export function summaryLines(
  view: PlanView,
  style: Style,
  options: PlanTextOptions,
): SafeText[] {
  const ruleCount = view.sheet.rules.length;
  const hasChanges = view.summary.length > 0 || ruleCount > 0;
  const counts = view.summary.map(
    ({ count, phrase }) => `${countText(count)} ${phrase}`,
  );
  if (ruleCount > 0)
    counts.push(
      `${countText(ruleCount)} ${ruleCount === 1 ? "rule" : "rules"} to record`,
    );
  const rest =
    view.unchangedCount > 0
      ? [`${countText(view.unchangedCount)} unchanged`]
      : [];
  const lines = [
    ...(hasChanges ? [digestLine(view, options)] : []),
    paint(
      style,
      "bold",
      hasChanges
        ? safe`Plan: ${joinSafe([...counts, ...rest], ", ")}.`
        : nothingText(view),
    ),
  ];
  if (view.refusalCount > 0)
    lines.push(
      paint(
        style,
        "red",
        safe`Refused: ${countOf(view.refusalCount, "finding")} above must be settled first; apply would change nothing.`,
      ),
    );
  else if (hasChanges && options.next !== undefined)
    lines.push(safe`To apply it: ${options.next}`);
  return isEmpty(view) ? lines : [...lines, tallyLine(view.sheet.tally, style)];
}

function digestLine(view: PlanView, options: PlanTextOptions): SafeText {
  const digest = options.verbose ? view.digest : shortDigest(view.digest);
  return view.expiresAt === null
    ? safe`plan ${digest}`
    : safe`plan ${digest}, expires at ${view.expiresAt}`;
}

/** A refusal may be about what could not be planned: then nobody knows whether anything matches. */
function nothingText(view: PlanView): SafeText {
  if (view.hasUnreadable)
    return safe`No changes in what can be read of ${view.environment}.`;
  return view.refusalCount > 0
    ? safe`Nothing can be planned for ${view.environment}: see what is refused.`
    : safe`No changes. ${view.environment} matches the documents.`;
}
