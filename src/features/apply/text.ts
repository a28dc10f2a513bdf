import { countOf, countText } from "../../util/count.ts";
import { outcomeText, reasonText } from "../../output/event-text.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import { UNREADABLE } from "../../domain/problem/unreadable.ts";
import { joinSafe, safe, type SafeText, textOf } from "../../output/escape.ts";
import { paint, type Style } from "../../output/style.ts";
import { commandText } from "../../output/words.ts";

/** What is needed of a finished run; a receipt has all of it. */
export interface RunSummary {
  readonly environment: string;
  readonly result: Receipt["result"];
  /** One per change that was begun or refused, in the order they ended. */
  readonly outcomes: readonly Outcome[];
  /**
   * How many changes the plan had, when that is known: the ones without an outcome were not
   * started.
   */
  readonly plannedCount?: number;
  /** How many rules were recorded as they are now. */
  readonly ruleCount?: number;
  /** Connections that the plan left alone because they cannot be read. */
  readonly unreadable?: readonly string[];
}

const RESULT_WORDS: Readonly<Record<Receipt["result"], string>> = {
  applied: "Applied",
  partial: "Partly applied",
  interrupted: "Interrupted while applying",
};

/**
 * How a run ended: every change counted under exactly one word, each that was not applied with its
 * reason, and what to do next.
 */
export function renderRun(run: RunSummary, style: Style): string {
  const open = run.outcomes.filter(({ status }) => status !== "applied");
  return textOf([
    ...open.flatMap((outcome) => outcomeLines(outcome, style)),
    ...(open.length > 0 ? [safe``] : []),
    summaryLine(run, style),
    ...redirectLines(run),
    ...nextLines(run),
  ]);
}

/** What nobody can sign in without, and what only people can enter. */
export function redirectLines({ outcomes }: RunSummary): SafeText[] {
  const made = outcomes
    .filter(({ redirectUri }) => redirectUri !== undefined)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  if (made.length === 0) return [];
  return [
    safe`Register at each OAuth client, as its redirect URI, before users connect:`,
    ...made.map(({ key, redirectUri }) => safe`  ${key}  ${redirectUri ?? ""}`),
  ];
}

/** What became of one change, why, and how far it came. */
export function outcomeLines(outcome: Outcome, style: Style): SafeText[] {
  const done = outcome.steps.map(({ step }) => step);
  const lines = [outcomeText(outcome, style)];
  if (outcome.code !== undefined || outcome.message !== undefined)
    lines.push(safe`  ${reasonText(outcome)}`);
  if (done.length > 0)
    lines.push(safe`  steps already done: ${joinSafe(done, ", ")}`);
  return lines;
}

/** How the run ended, with its numbers. */
export function summaryLine(run: RunSummary, style: Style): SafeText {
  const { outcomes, environment } = run;
  const { ruleCount = 0 } = run;
  const total = Math.max(run.plannedCount ?? 0, outcomes.length);
  if (total === 0 && run.result === "applied" && ruleCount > 0)
    return safe`${paint(style, "green", "Recorded")} for ${environment}: ${countOf(ruleCount, "rule")}. The platform was not asked for anything.`;
  if (total === 0 && run.result === "applied")
    return (run.unreadable ?? []).length === 0
      ? safe`Nothing to apply. ${environment} matches the documents.`
      : safe`Nothing to apply to what can be read of ${environment}.`;
  const count = (status: Outcome["status"]): number =>
    outcomes.filter((outcome) => outcome.status === status).length;
  const counted: readonly (readonly [number, string])[] = [
    [count("skipped"), "skipped"],
    [count("failed"), "failed"],
    [count("unknown"), "unknown"],
    [total - outcomes.length, "not started"],
  ];
  const rest = counted
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${countText(number)} ${word}`);
  const applied =
    run.result === "applied" && count("applied") === total
      ? actionCounts(outcomes)
      : `${countText(count("applied"))} of ${countOf(total, "change")} applied`;
  const isNothing = run.result === "partial" && count("applied") === 0;
  const word = paint(
    style,
    run.result === "applied" ? "green" : "red",
    isNothing ? "Not applied" : RESULT_WORDS[run.result],
  );
  return safe`${word} to ${environment}: ${joinSafe([applied, ...rest], ", ")}.`;
}

/** What an action is called once it is done. */
const DONE_WORDS: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  adopt: "adopted",
  forget: "forgotten",
  rename: "renamed",
};

/** What was done, by kind: what was made was not changed. */
function actionCounts(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { action } of outcomes) {
    const word = DONE_WORDS[action] ?? action;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts]
    .map(([word, number]) => `${countText(number)} ${word}`)
    .join(", ");
}

/** What is not known, and what to do. */
export function nextLines(run: RunSummary): SafeText[] {
  const again = commandText("apply", run.environment);
  const has = (status: Outcome["status"]): boolean =>
    run.outcomes.some((outcome) => outcome.status === status);
  const lines: SafeText[] = [];
  const unreadable = run.unreadable ?? [];
  if (unreadable.length > 0)
    lines.push(
      safe`Left alone, because the platform shows them in a way that cannot be used (${UNREADABLE}): ${joinSafe(unreadable, ", ")}.`,
    );
  if (has("unknown"))
    lines.push(
      safe`An unknown change may or may not have taken effect; the next run looks before it decides.`,
    );
  if (run.result !== "applied" || has("failed") || has("unknown"))
    lines.push(safe`Next: run ${again} again; it continues.`);
  else if (has("skipped"))
    lines.push(
      safe`Next: run ${commandText("plan", run.environment)} to see what is left.`,
    );
  return lines;
}
