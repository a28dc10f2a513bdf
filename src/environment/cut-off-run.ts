import type { JournalEntry, Receipt } from "../domain/state/ledger.ts";
import type { Outcome } from "../domain/state/outcome.ts";
import { sealReceipt } from "./receipt.ts";

/** Where and when the receipt of a run that was cut off is written, and what it follows. */
export interface CutOffContext {
  readonly environment: string;
  readonly apiHost: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly ledger: readonly Receipt[];
}

/**
 * The receipt that a run could not write because it was cut off, from its journal: what it
 * recorded, and `unknown` for what was under way. `null` when there was no such run, or when its
 * receipt is in the ledger already.
 */
export function receiptOfCutOffRun(
  journal: readonly JournalEntry[],
  context: CutOffContext,
): Receipt | null {
  const { environment, apiHost, at, ledger } = context;
  const begin = journal.find((entry) => entry.kind === "begin");
  if (begin === undefined) return null;
  const { runId, planDigest, commit, actor } = begin;
  if (ledger.some((receipt) => receipt.runId === runId)) return null;
  return sealReceipt({
    formatVersion: "1.0",
    kind: "receipt",
    runId,
    environment,
    apiHost,
    planDigest,
    commit,
    actor,
    startedAt: begin.at,
    finishedAt: at,
    result: "interrupted",
    outcomes: outcomesOf(journal),
    previous: ledger.at(-1)?.digest ?? null,
  });
}

function outcomesOf(journal: readonly JournalEntry[]): Outcome[] {
  const outcomes = new Map<string, Outcome>();
  for (const entry of journal) {
    if (entry.kind === "outcome")
      outcomes.set(entry.outcome.key, entry.outcome);
    if (entry.kind === "step")
      outcomes.set(entry.key, {
        key: entry.key,
        action: entry.action,
        status: "unknown",
        code: "STA007",
        message: "the run was cut off while this change was under way",
        remoteId: null,
        steps: [],
      });
  }
  return [...outcomes.values()];
}
