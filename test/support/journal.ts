import type { JournalEntry } from "../../src/domain/state/ledger.ts";
import type { StateStore } from "../../src/ports/state-store.ts";

/** The journal of a run that ended with these entries, and gave its lease back. */
export async function leaveJournal(
  state: StateStore,
  ...entries: readonly JournalEntry[]
): Promise<void> {
  const lease = await state.acquireLease({
    actor: "sam",
    host: "here",
    pid: 1,
    runId: "cut",
  });
  for (const entry of entries) await state.appendJournal(entry, lease);
  await lease.release();
}
