import { countOf } from "../../util/count.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type {
  MigrationReport,
  RebuildProposal,
  StateReport,
} from "./report.ts";
import {
  indent,
  joinSafe,
  safe,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { paint, type Style } from "../../output/style.ts";
import { commandText, nameList } from "../../output/words.ts";

/** What is stored about an environment: inventory, lease, and whether a run is open. */
export function renderState(report: StateReport, style: Style): string {
  const { inventory, lease, openRun } = report;
  return textOf([
    safe`${paint(style, "bold", report.environment)}: state in ${report.place}`,
    inventory === null
      ? safe`inventory: none`
      : safe`inventory: serial ${inventory.serial}, host ${inventory.apiHost}, ${countOf(inventory.entries.length, "connection")}`,
    safe`ledger: ${countOf(report.receiptCount, "receipt")}`,
    lease === null
      ? safe`lease: nobody holds it`
      : safe`lease: ${lease.id}, ${lease.actor} on ${lease.host}, process ${lease.pid}, run ${lease.runId}, until ${lease.expiresAt}`,
    ...(openRun === null
      ? []
      : [
          safe`${paint(style, "yellow", "open run:")} ${openRun.runId}, started at ${openRun.startedAt}`,
        ]),
    ...indent(
      (inventory?.entries ?? []).map((entry) => entryLine(entry, style)),
      2,
    ),
  ]);
}

/** What a migration did; before it is done, its SQL to read or to run by hand. */
export function renderMigration(report: MigrationReport): string {
  if (report.steps.length === 0)
    return textOf([safe`${report.place}: nothing to do`]);
  if (!report.isDone) return report.sql;
  return textOf([
    safe`${report.place}: ${countOf(report.steps.length, "step")} taken`,
    ...indent(
      report.steps.map(({ number, name }) => safe`${number}: ${name}`),
      2,
    ),
    safe`now the rights: ${commandText("state migrate", report.environment)} --roles prints them`,
  ]);
}

function entryLine(entry: InventoryEntry, style: Style): SafeText {
  const facts = [
    safe`${entry.remoteId ?? "no id yet"}`,
    safe`${countOf(Object.keys(entry.lastApplied).length, "field")}, ${countOf(Object.keys(entry.secrets).length, "secret")}`,
    ...(entry.isProtected ? [safe`protected`] : []),
    entry.phase === "pending"
      ? paint(style, "yellow", "a write did not finish")
      : safe`applied at ${entry.appliedAt}`,
  ];
  return safe`${paint(style, "bold", entry.key)} (${entry.provider}, ${entry.authType}): ${joinSafe(facts, ", ")}`;
}

/** What a rebuilt inventory would hold, and what it would not. */
export function renderRebuild(proposal: RebuildProposal, style: Style): string {
  const { entries, left, unmanaged, environment } = proposal;
  const names = entries.map(({ key }) => key);
  return textOf([
    safe`${paint(style, "bold", environment)} on ${proposal.apiHost}, from live and the documents:`,
    ...indent(
      [
        safe`${countOf(entries.length, "connection")} to take into the inventory${entries.length === 0 ? safe`` : safe`: ${nameList(names)}`}`,
        ...left.map(({ key, why }) => safe`left out: ${key}: ${why}`),
        ...(unmanaged.length === 0
          ? []
          : [safe`not declared, left alone: ${nameList(unmanaged)}`]),
      ],
      2,
    ),
    safe`Nothing is written to the API. What was protected counts again only where the documents say so. Then: ${commandText("plan", environment)}`,
  ]);
}
