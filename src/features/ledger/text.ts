import { countOf, countText } from "../../util/count.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type {
  BlameLine,
  BlameReport,
  LedgerVerdict,
  Origin,
} from "./report.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import { shortCommit } from "../../domain/provenance.ts";
import {
  indent,
  joinSafe,
  safe,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { type Paint, paint, type Style } from "../../output/style.ts";
import { valueText } from "../../output/value-text.ts";
import { shortDigest } from "../../output/words.ts";

const RESULT_PAINT: Readonly<Record<Receipt["result"], Paint>> = {
  applied: "green",
  partial: "red",
  interrupted: "yellow",
};

const STATUS_PAINT: Readonly<Record<Outcome["status"], Paint>> = {
  applied: "green",
  skipped: "yellow",
  failed: "red",
  unknown: "red",
};

/** Receipts as one line each, in the order given. */
export function renderLedger(
  receipts: readonly Receipt[],
  style: Style,
): string {
  if (receipts.length === 0) return "Nothing was applied yet.\n";
  return textOf(receipts.map((receipt) => receiptLine(receipt, style)));
}

function receiptLine(receipt: Receipt, style: Style): SafeText {
  const digest = paint(style, "bold", shortDigest(receipt.digest));
  const result = paint(style, RESULT_PAINT[receipt.result], receipt.result);
  const applied = receipt.outcomes.filter((o) => o.status === "applied").length;
  const total = countOf(receipt.outcomes.length, "change");
  return safe`${digest} ${receipt.finishedAt} ${result} by ${receipt.actor}: ${countText(applied)} of ${total}, ${commitText(receipt.commit)}, plan ${shortDigest(receipt.planDigest)}`;
}

function commitText(commit: string | null): SafeText {
  return commit === null
    ? safe`no commit`
    : safe`commit ${shortCommit(commit)}`;
}

/** One receipt in full. */
export function renderReceipt(receipt: Receipt, style: Style): string {
  const facts: readonly (readonly [string, string])[] = [
    ["receipt", receipt.digest],
    ["run", receipt.runId],
    ["environment", `${receipt.environment} on ${receipt.apiHost}`],
    ["plan", receipt.planDigest],
    ["commit", receipt.commit ?? "none"],
    ["actor", receipt.actor],
    ["started", receipt.startedAt],
    ["finished", receipt.finishedAt],
    ["result", receipt.result],
    ["previous", receipt.previous ?? "none: the first one"],
  ];
  return textOf([
    ...facts.map(([name, text]) => safe`${`${name}:`.padEnd(13)}${text}`),
    safe``,
    ...(receipt.outcomes.length === 0
      ? [safe`No change was begun.`]
      : receipt.outcomes.flatMap((outcome) => outcomeLines(outcome, style))),
  ]);
}

function outcomeLines(outcome: Outcome, style: Style): SafeText[] {
  const status = paint(style, STATUS_PAINT[outcome.status], outcome.status);
  const code = outcome.code === undefined ? safe`` : safe` ${outcome.code}`;
  const settled =
    outcome.isReadBack === true ? safe`, settled by reading back` : safe``;
  return [
    safe`${status}${code} ${outcome.action} ${paint(style, "bold", outcome.key)}${settled}`,
    ...indent(
      [
        ...(outcome.message === undefined ? [] : [safe`${outcome.message}`]),
        ...outcome.steps.map(
          ({ step, requestDigest }) =>
            safe`${step} ${shortDigest(requestDigest)}`,
        ),
      ],
      2,
    ),
  ];
}

/** Whether a ledger holds together, and where it does not. */
export function renderVerdict(verdict: LedgerVerdict, style: Style): string {
  const errors = verdict.findings.filter((f) => f.severity === "error").length;
  const total = countOf(verdict.receiptCount, "receipt");
  const summary =
    errors === 0
      ? safe`${paint(style, "green", "holds together")}: ${total}, ${countText(verdict.checkedAgainstPlan)} compared with the plan`
      : safe`${paint(style, "red", "does not hold together")}: ${countOf(errors, "error")} in ${total}`;
  return textOf([
    ...verdict.findings.map(
      ({ severity, code, line, receipt, message }) =>
        safe`${paint(style, severity === "error" ? "red" : "cyan", severity)} ${code}: receipt ${line} (${shortDigest(receipt)}): ${message}`,
    ),
    safe`The ledger in ${verdict.place} ${summary}`,
  ]);
}

/** Which run last set each field. */
export function renderBlame(report: BlameReport, style: Style): string {
  const { lines, connection, environment } = report;
  if (lines.length + report.unknown.length + report.doubtful.length === 0)
    return textOf([
      safe`No recorded run set anything of that in ${connection} of ${environment}.`,
    ]);
  return textOf([
    ...lines.flatMap((line) => blameLines(line, style)),
    ...report.unknown.map(
      (origin) =>
        safe`${paint(style, "yellow", "unknown:")} ${originText(origin)} changed it too; its plan is not stored`,
    ),
    ...report.doubtful.map(
      (origin) =>
        safe`${paint(style, "yellow", "doubtful:")} ${originText(origin)} did not end well and may have set something`,
    ),
  ]);
}

function blameLines(line: BlameLine, style: Style): SafeText[] {
  const value =
    line.kind === "secret"
      ? safe`a secret`
      : line.isLetGo
        ? safe`let go`
        : valueText(line.value);
  return [
    safe`${paint(style, "bold", line.path)}: ${value}`,
    ...indent([originText(line.origin)], 2),
  ];
}

function originText(origin: Origin): SafeText {
  return joinSafe(
    [
      safe`${origin.action} at ${origin.at} by ${origin.actor}`,
      commitText(origin.commit),
      safe`plan ${shortDigest(origin.planDigest)}`,
      safe`receipt ${shortDigest(origin.receipt)}`,
    ],
    ", ",
  );
}
