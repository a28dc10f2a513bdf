import {
  countByStatus,
  lastUseOf,
  type ConnectionAccounts,
} from "../../domain/account.ts";
import { countOf, countText } from "../../util/count.ts";
import type { OpenRun } from "../../domain/state/open-run.ts";
import type { ListedConnection } from "../../domain/connection.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import { lifecycleState } from "../../domain/lifecycle.ts";
import type { RotationDue } from "../../domain/rotation.ts";
import type { StatusReport } from "./report.ts";
import {
  indent,
  joinSafe,
  safe,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { type Paint, paint, type Style } from "../../output/style.ts";
import { commandText, nameList, shortDigest } from "../../output/words.ts";

/** Owned connections listed before the rest is only counted. */
const MAX_ENTRIES = 200;

/** Receipts listed; the ledger has them all. */
const MAX_RECEIPTS = 5;

const RESULT_PAINT: Readonly<Record<Receipt["result"], Paint>> = {
  applied: "green",
  partial: "red",
  interrupted: "yellow",
};

/**
 * What is owned in an environment, what the platform says about it, what ran last, and whether a
 * run is still open.
 */
export function renderStatus(report: StatusReport, style: Style): string {
  return textOf([
    ...headLines(report, style),
    ...openRunLines(report, style),
    ...ownedLines(report, style),
    ...unmanagedLines(report),
    ...accountLines(report.accounts, style),
    ...rotationLines(report.rotation, style),
    ...receiptLines(report.receipts, style),
  ]);
}

function headLines(report: StatusReport, style: Style): SafeText[] {
  const title = paint(style, "bold", report.environment);
  const { inventory } = report;
  const state =
    inventory === null
      ? safe`nothing was applied yet`
      : safe`inventory serial ${inventory.serial}`;
  return [
    safe`${title} at ${report.apiHost}`,
    safe`state: ${report.statePlace} (${state})`,
  ];
}

function openRunLines(report: StatusReport, style: Style): SafeText[] {
  if (report.openRun === null) return [];
  const label = paint(style, "yellow", "open run:");
  const { runId, startedAt, planDigest } = report.openRun;
  return [
    safe`${label} ${runId}, started at ${startedAt}, plan ${shortDigest(planDigest)}`,
    ...indent(openRunDetails(report.openRun, report.environment), 2),
  ];
}

function openRunDetails(run: OpenRun, environment: string): SafeText[] {
  const lines = [
    safe`${countOf(run.finishedCount, "change")} finished, ${countText(run.openKeys.length)} begun and not finished`,
  ];
  if (run.openKeys.length > 0)
    lines.push(safe`begun: ${nameList(run.openKeys)}`);
  lines.push(
    safe`unless it is still at work, run ${commandText("apply", environment)}; it continues`,
  );
  return lines;
}

function ownedLines(report: StatusReport, style: Style): SafeText[] {
  const entries = report.inventory?.entries ?? [];
  if (entries.length === 0) return [safe``, safe`No connection is owned here.`];
  const live = new Map(report.live?.map((listed) => [listed.remoteId, listed]));
  const lines = entries
    .slice(0, MAX_ENTRIES)
    .map((entry) =>
      entryLine(entry, conditionText(entry, report.live && live), style),
    );
  const rest = entries.length - MAX_ENTRIES;
  if (rest > 0) lines.push(safe`${countText(rest)} more`);
  return [
    safe``,
    safe`${countOf(entries.length, "owned connection")}:`,
    ...indent(lines, 2),
  ];
}

function entryLine(
  entry: InventoryEntry,
  condition: SafeText,
  style: Style,
): SafeText {
  const facts = [
    condition,
    ...(entry.isProtected ? [safe`protected`] : []),
    entry.phase === "pending"
      ? paint(style, "yellow", "a write did not finish")
      : safe`applied at ${entry.appliedAt}`,
  ];
  const key = paint(style, "bold", entry.key);
  return safe`${key} (${entry.provider}, ${entry.authType}): ${joinSafe(facts, ", ")}`;
}

function conditionText(
  entry: InventoryEntry,
  live: ReadonlyMap<string, ListedConnection> | null,
): SafeText {
  if (live === null) return safe`platform not asked`;
  if (entry.remoteId === null) return safe`no answer to its creation yet`;
  const listed = live.get(entry.remoteId);
  if (listed === undefined)
    return [...live.values()].some(({ key }) => key === "")
      ? safe`not seen; the platform shows something that cannot be read`
      : safe`gone from the platform`;
  const { status, isEnabled, problem } = listed;
  if (problem !== undefined) return safe`cannot be read: ${problem}`;
  const lifecycle = lifecycleState({ status, isEnabled });
  const words = isEnabled ? "enabled" : "disabled";
  return safe`${lifecycle} (${words}, ${status})`;
}

function unmanagedLines(report: StatusReport): SafeText[] {
  const entries = report.inventory?.entries ?? [];
  // A create whose answer has not come is known by its name alone.
  const owned = new Set(entries.map((entry) => entry.remoteId ?? entry.key));
  const others = (report.live ?? []).filter(
    ({ key, remoteId }) =>
      key !== "" && !owned.has(remoteId) && !owned.has(key),
  );
  if (others.length === 0) return [];
  const verb = others.length === 1 ? "is" : "are";
  const names = nameList(others.map(({ key }) => key));
  return [
    safe``,
    safe`${countOf(others.length, "live connection")} ${verb} not managed here: ${names}`,
  ];
}

function accountLines(
  accounts: StatusReport["accounts"],
  style: Style,
): SafeText[] {
  if (accounts === null || accounts.length === 0) return [];
  const lines = accounts.slice(0, MAX_ENTRIES).map(({ key, count, listed }) => {
    if (count === "unknown")
      return safe`${key}: the platform does not tell its accounts`;
    const use = lastUseOf(listed);
    return safe`${key}: ${countOf(count, "account")}${statusText(listed, style)}${use === null ? safe`` : safe`, last used at ${use}`}`;
  });
  const rest = accounts.length - MAX_ENTRIES;
  if (rest > 0) lines.push(safe`${countText(rest)} more`);
  return [safe``, safe`Connected accounts:`, ...indent(lines, 2)];
}

function statusText(
  listed: ConnectionAccounts["listed"],
  style: Style,
): SafeText {
  if (listed === "unknown") return safe` (too many to tell how they are)`;
  if (listed.length === 0) return safe``;
  const words = Object.entries(countByStatus(listed)).map(([status, count]) => {
    const text = safe`${countText(count)} ${status}`;
    return status === "EXPIRED" ? paint(style, "yellow", text) : text;
  });
  return safe` (${joinSafe(words, ", ")})`;
}

function rotationLines(
  rotation: readonly RotationDue[],
  style: Style,
): SafeText[] {
  if (rotation.length === 0) return [];
  const lines = rotation.slice(0, MAX_ENTRIES).map((due) => {
    const field = due.pointer.slice(1).replaceAll("/", ".");
    const day = due.dueAt.slice(0, 10);
    const when = due.isOverdue
      ? paint(style, "yellow", `was due on ${day}`)
      : safe`due on ${day}`;
    return safe`${due.connection} ${field}: ${when} (every ${due.every}, applied on ${due.appliedAt.slice(0, 10)})`;
  });
  const rest = rotation.length - MAX_ENTRIES;
  if (rest > 0) lines.push(safe`${countText(rest)} more`);
  return [safe``, safe`Secrets to renew:`, ...indent(lines, 2)];
}

function receiptLines(receipts: readonly Receipt[], style: Style): SafeText[] {
  if (receipts.length === 0) return [];
  const lines = receipts.slice(0, MAX_RECEIPTS).map((receipt) => {
    const applied = receipt.outcomes.filter((o) => o.status === "applied");
    const result = paint(style, RESULT_PAINT[receipt.result], receipt.result);
    return safe`${receipt.finishedAt} ${result} by ${receipt.actor}: ${countText(applied.length)} of ${countOf(receipt.outcomes.length, "change")}, plan ${shortDigest(receipt.planDigest)}`;
  });
  return [safe``, safe`Last runs:`, ...indent(lines, 2)];
}
