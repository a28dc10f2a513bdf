import type { Plan } from "../../domain/generated/plan.ts";
import { changeLines } from "./change-text.ts";
import {
  indent,
  joinSafe,
  safe,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { pageCommand } from "../../output/diagnostics.ts";
import { type FindingView, type PlanView, planView } from "./view.ts";
import { paint, type Style } from "../../output/style.ts";
import {
  countOf,
  countText,
  nameList,
  shortDigest,
} from "../../output/words.ts";

/** How much of a plan to print. */
export interface PlanTextOptions {
  /** Every change however many, the steps of each, and where every field and secret comes from. */
  readonly verbose: boolean;
  /** What to type to have it applied, where the plan is not about to be applied anyhow, and where it can be. */
  readonly next?: string;
}

/**
 * A plan for people: what it is for, each change with what it means, what the guards say, what is left alone, and how to apply it.
 * Deterministic; shows no secret because a plan has none, and of a fingerprint four digits.
 */
export function renderPlan(
  plan: Plan,
  style: Style,
  options: PlanTextOptions,
): string {
  const view = planView(plan, { showsAll: options.verbose });
  const sections = [
    headerLines(view, style, options),
    ...view.changes.map((change) => changeLines(change, style, options)),
    hiddenLines(view),
    findingsLines(view, style),
    noteLines(view),
    summaryLines(view, style, options),
  ].filter((section) => section.length > 0);
  return textOf(
    sections.flatMap((lines, index) =>
      index === 0 ? [...lines] : [safe``, ...lines],
    ),
  );
}

function headerLines(
  view: PlanView,
  style: Style,
  options: PlanTextOptions,
): SafeText[] {
  const title = paint(style, "bold", safe`Plan for ${view.environment}`);
  const lines = [
    safe`${title} at ${view.apiHost}, driver ${view.driver}, ${commitText(view)}`,
  ];
  if (options.verbose) lines.push(safe`plan ${view.digest}`);
  else lines.push(safe`plan ${shortDigest(view.digest)}`);
  if (view.expiresAt !== null) lines.push(safe`expires at ${view.expiresAt}`);
  return lines;
}

function commitText(view: PlanView): SafeText {
  if (view.commit === null) return safe`no commit`;
  const dirty = view.isDirty === true ? " with uncommitted changes" : "";
  return safe`commit ${view.commit.slice(0, 12)}${dirty}`;
}

function hiddenLines(view: PlanView): SafeText[] {
  if (view.hiddenChanges.length === 0) return [];
  const total = view.hiddenChanges.reduce((sum, { count }) => sum + count, 0);
  const parts = view.hiddenChanges.map(
    ({ count, phrase }) => `${countText(count)} ${phrase}`,
  );
  return [
    safe`${countOf(total, "more change")} not shown here (${joinSafe(parts, ", ")}); --verbose shows all of them`,
  ];
}

function findingsLines(view: PlanView, style: Style): SafeText[] {
  const lines = view.findings.flatMap((finding) =>
    findingLines(finding, style),
  );
  if (view.hiddenFindingCount > 0)
    lines.push(
      safe`${countOf(view.hiddenFindingCount, "more finding")} not shown here; --verbose shows all of them`,
    );
  return lines;
}

function findingLines(finding: FindingView, style: Style): SafeText[] {
  const { key, override } = finding;
  const label =
    finding.level === "refuse"
      ? paint(style, "red", "refused")
      : paint(style, "yellow", "warning");
  const about = key === null ? safe`` : safe`"${key}": `;
  const details: SafeText[] = [];
  if (finding.place !== null) details.push(safe`${finding.place}`);
  if (override !== null) {
    const until = override.until === null ? "" : ` until ${override.until}`;
    details.push(safe`allowed${until}: ${override.reason}`);
  }
  if (finding.fix !== null) details.push(safe`fix: ${finding.fix}`);
  details.push(safe`docs: ${pageCommand(finding.code)}`);
  return [
    safe`${label} ${finding.code}: ${about}${finding.message}`,
    ...indent(details, 2),
  ];
}

function noteLines(view: PlanView): SafeText[] {
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
  if (local.fieldCount > 0)
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

function summaryLines(
  view: PlanView,
  style: Style,
  options: PlanTextOptions,
): SafeText[] {
  const hasChanges = view.summary.length > 0;
  const counts = view.summary.map(
    ({ count, phrase }) => `${countText(count)} ${phrase}`,
  );
  const rest =
    view.unchangedCount > 0
      ? [`${countText(view.unchangedCount)} unchanged`]
      : [];
  const summary = hasChanges
    ? safe`Plan: ${joinSafe([...counts, ...rest], ", ")}.`
    : view.hasUnreadable
      ? safe`No changes in what can be read of ${view.environment}.`
      : safe`No changes. ${view.environment} matches the documents.`;
  const lines = [paint(style, "bold", summary)];
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
  return lines;
}
