import { randomBytes, randomUUID } from "node:crypto";
import { ConflictError } from "../domain/error.ts";
import type { Inventory } from "../domain/inventory.ts";
import type { JournalEntry, Receipt } from "../domain/ledger.ts";
import type { StateStore } from "../ports/state-store.ts";
import { stateMoved } from "./codec.ts";

/** State that lives as long as the process: the executable specification of the port, for tests and library users. */
export function createMemoryState(): StateStore {
  const place = "memory";
  const ledger: Receipt[] = [];
  const key = randomBytes(32);
  let journal: JournalEntry[] = [];
  let inventory: Inventory | null = null;
  let holderId: string | null = null;
  return {
    place,
    readInventory: () => Promise.resolve(inventory),
    writeInventory(next) {
      const stored = inventory?.serial ?? 0;
      if (next.serial !== stored + 1)
        return Promise.reject(stateMoved(place, `serial ${String(stored)}`));
      inventory = structuredClone(next);
      return Promise.resolve();
    },
    readLedger: () => Promise.resolve([...ledger]),
    appendReceipt(receipt) {
      if (receipt.previous !== (ledger.at(-1)?.digest ?? null))
        return Promise.reject(stateMoved(place, "the ledger grew"));
      ledger.push(structuredClone(receipt));
      return Promise.resolve();
    },
    readJournal: () => Promise.resolve([...journal]),
    appendJournal(entry) {
      journal.push(structuredClone(entry));
      return Promise.resolve();
    },
    clearJournal() {
      journal = [];
      return Promise.resolve();
    },
    acquireLease() {
      if (holderId !== null)
        return Promise.reject(
          new ConflictError(
            "STA003",
            "another run is applying to this environment",
          ),
        );
      const id = randomUUID();
      holderId = id;
      return Promise.resolve({
        id,
        renew: () =>
          holderId === id
            ? Promise.resolve()
            : Promise.reject(
                new ConflictError(
                  "STA004",
                  "the lease of this run was taken over",
                ),
              ),
        release() {
          if (holderId === id) holderId = null;
          return Promise.resolve();
        },
      });
    },
    fingerprintKey: () => Promise.resolve(key),
  };
}
