import type { Inventory } from "../domain/state/inventory.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type { JournalEntry, Receipt } from "../domain/state/ledger.ts";
import type { LeaseInfo, StateContent } from "../domain/state/state.ts";
import type { ProcessMark } from "./processes.ts";

/** Exclusive right to apply to one environment, limited in time. */
export interface Lease {
  /** Random identity of this holding. */
  readonly id: string;
  /** Grows with every taking of the lease: of two holders the later has the higher. */
  readonly fence: number;
  /** How long it holds after a renewal, in milliseconds. */
  readonly ttlMs: number;
  /**
   * Extends the lease. @throws ConflictError when it was taken over meanwhile: stop writing at
   * once.
   */
  renew(): Promise<void>;
  /** Gives it back; does nothing when it is no longer ours. */
  release(): Promise<void>;
}

/** Who wants a lease, for the message the next one reads. */
export interface LeaseHolder {
  /** Person or job, as the operating system or CI names them. */
  readonly actor: string;
  readonly host: string;
  readonly pid: number;
  /**
   * What makes `pid` mean one process only; missing where the system does not tell it: then a lease
   * ends by its time alone.
   */
  readonly mark?: ProcessMark;
  readonly runId: string;
}

/**
 * Storage of one environment's inventory, ledger, applied plans, journal and lease.
 *
 * Obligations: a write is durable and atomic when its promise resolves (a crash leaves the old or
 * the new value, never a torn one); of several writers at once none loses what another stored;
 * unreadable, altered or foreign data is an error, never "empty"; nothing is created by reading. A
 * write that names a lease is refused with STA004 when that lease was taken over or has run out:
 * what was recorded was recorded by who held it.
 */
export interface StateStore {
  /** Where the state is, for messages; relative to the workspace where it can be. */
  readonly place: string;
  /**
   * A command line that moves the whole state out of the way, under a name that no environment has,
   * for messages; missing where a state does not outlive the process. The next plan then begins
   * with none.
   */
  readonly setAside?: (label: string) => string;
  /** The inventory, or `null` when there is none yet. */
  readInventory(): Promise<Inventory | null>;
  /**
   * Stores an inventory whose `serial` must be one above the stored one (1 when there is none).
   * @throws ConflictError otherwise.
   */
  writeInventory(inventory: Inventory, lease?: Lease): Promise<void>;
  /** Every receipt, oldest first. */
  readLedger(): Promise<readonly Receipt[]>;
  /**
   * Adds a receipt whose `previous` must be the digest of the last one. @throws ConflictError
   * otherwise.
   */
  appendReceipt(receipt: Receipt, lease?: Lease): Promise<void>;
  /**
   * Keeps a plan under its digest, so that the ledger can be held against it. Storing the same plan
   * again does nothing.
   */
  storePlan(plan: Plan): Promise<void>;
  /**
   * The plan stored under this digest, or `null`. @throws UserError STA001 when what is stored does
   * not have it.
   */
  readPlan(digest: string): Promise<Plan | null>;
  /**
   * Puts a copy of another state in the place of inventory, ledger and plans; journal and lease
   * stay. `expectedSerial` is the serial of the inventory that is stored now, 0 when there is none.
   * @throws ConflictError STA002 when it is another one.
   */
  replace(content: StateContent, expectedSerial: number): Promise<void>;
  /**
   * The journal of a run that did not finish; empty when the last one did. A torn last line is
   * dropped.
   */
  readJournal(): Promise<readonly JournalEntry[]>;
  /** Records what is about to happen, or what came of it. @throws ConflictError STA004. */
  appendJournal(entry: JournalEntry, lease: Lease): Promise<void>;
  clearJournal(lease?: Lease): Promise<void>;
  /**
   * Takes the lease. An expired one, or one whose process is known to be gone, is taken over.
   * @throws ConflictError while another holds it.
   */
  acquireLease(holder: LeaseHolder): Promise<Lease>;
  /** Who holds the lease, dead or alive; `null` when nobody does. */
  readLease(): Promise<LeaseInfo | null>;
  /**
   * Ends the lease with this id; its holder is told at its next renewal. @throws ConflictError
   * STA002 when another lease is held, or none.
   */
  breakLease(id: string): Promise<void>;
  /**
   * A key of 32 bytes for fingerprints, made on first use: for environments without one in their
   * SOPS data.
   */
  fingerprintKey(): Promise<Uint8Array>;
}
