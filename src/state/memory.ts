import { randomBytes, randomUUID } from "node:crypto";
import type { Plan } from "../domain/generated/plan.ts";
import type { Inventory } from "../domain/state/inventory.ts";
import type { JournalEntry, Receipt } from "../domain/state/ledger.ts";
import type { Lease, StateStore } from "../ports/state-store.ts";
import {
  assertHolds,
  leaseHeld,
  leaseInfo,
  leaseLost,
  otherLease,
  type LeaseRecord,
} from "./lease-record.ts";
import { assertFollows, assertNextSerial, assertSerial } from "./rules.ts";

/**
 * State that lives as long as the process: the executable specification of the port, for tests and
 * library users.
 */
export function createMemoryState(): StateStore {
  const place = "memory";
  const key = randomBytes(32);
  const plans = new Map<string, Plan>();
  let ledger: Receipt[] = [];
  let journal: JournalEntry[] = [];
  let inventory: Inventory | null = null;
  let held: LeaseRecord | undefined;
  let fence = 0;
  const assertHeld = (lease: Lease | undefined): void => {
    if (lease !== undefined) assertHolds(held, lease, 0);
  };
  return {
    place,
    readInventory: () => Promise.resolve(inventory),
    writeInventory: (next, lease) =>
      settled(() => {
        assertHeld(lease);
        assertNextSerial(place, inventory, next);
        inventory = structuredClone(next);
      }),
    readLedger: () => Promise.resolve([...ledger]),
    appendReceipt: (receipt, lease) =>
      settled(() => {
        assertHeld(lease);
        assertFollows(place, ledger, receipt);
        ledger.push(structuredClone(receipt));
      }),
    storePlan: (plan) =>
      settled(() => {
        plans.set(plan.digest, structuredClone(plan));
      }),
    readPlan: (digest) => Promise.resolve(plans.get(digest) ?? null),
    replace: (content, expectedSerial) =>
      settled(() => {
        assertSerial(place, inventory, expectedSerial);
        inventory = structuredClone(content.inventory);
        ledger = structuredClone([...content.ledger]);
        for (const plan of content.plans)
          plans.set(plan.digest, structuredClone(plan));
      }),
    readJournal: () => Promise.resolve([...journal]),
    appendJournal: (entry, lease) =>
      settled(() => {
        assertHeld(lease);
        journal.push(structuredClone(entry));
      }),
    clearJournal: (lease) =>
      settled(() => {
        assertHeld(lease);
        journal = [];
      }),
    acquireLease: (holder) =>
      settled(() => {
        if (held !== undefined) throw leaseHeld(held, 0);
        const id = randomUUID();
        held = { ...holder, id, fence: ++fence, expiresAt: NEVER };
        return {
          id,
          fence,
          ttlMs: NEVER,
          renew: () =>
            settled(() => {
              if (held?.id !== id) throw leaseLost(held);
            }),
          release: () =>
            settled(() => {
              if (held?.id === id) held = undefined;
            }),
        };
      }),
    readLease: () => Promise.resolve(leaseInfo(held)),
    breakLease: (id) =>
      settled(() => {
        if (held?.id !== id) throw otherLease(held);
        held = undefined;
      }),
    fingerprintKey: () => Promise.resolve(key),
  };
}

/** A lease in memory ends with its process: the year 9999. */
const NEVER = Date.UTC(9999, 0, 1);

/** A promise of what synchronous work gives or throws. */
function settled<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
