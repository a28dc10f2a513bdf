import type { JournalEntry } from "./ledger.ts";

/** A run whose journal is still open: it was cut off, or it is applying right now. */
export interface OpenRun {
  readonly runId: string;
  readonly planDigest: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /** How many changes it recorded an outcome for. */
  readonly finishedCount: number;
  /** Keys with a step announced and no outcome recorded, sorted. */
  readonly openKeys: readonly string[];
}

/** What a journal tells about a run that never ended; `null` for an empty one. */
export function findOpenRun(journal: readonly JournalEntry[]): OpenRun | null {
  const begin = journal.find((entry) => entry.kind === "begin");
  if (begin === undefined) return null;
  const open = new Set<string>();
  let finishedCount = 0;
  for (const entry of journal) {
    if (entry.kind === "step") open.add(entry.key);
    if (entry.kind === "outcome") {
      open.delete(entry.outcome.key);
      finishedCount += 1;
    }
  }
  return {
    runId: begin.runId,
    planDigest: begin.planDigest,
    startedAt: begin.at,
    finishedCount,
    openKeys: [...open].sort(),
  };
}
