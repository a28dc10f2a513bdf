import type { FieldValues } from "./connection.ts";
import type { Pointer } from "./pointer.ts";
import type { SecretRecord } from "./secret.ts";

/** What we know about one connection we own. Holds no secret. */
export interface InventoryEntry {
  readonly key: string;
  /** The server's handle; `null` while a create is announced and its answer has not come. */
  readonly remoteId: string | null;
  readonly provider: string;
  readonly authType: string;
  /** The fields we last wrote or recorded. */
  readonly lastApplied: FieldValues;
  readonly secrets: Readonly<Record<Pointer, SecretRecord>>;
  /** Remembered here so that removing the protecting line from a file does not remove the protection. */
  readonly isProtected: boolean;
  /** `pending`: a write was announced and its end is not recorded; the next observe settles it. */
  readonly phase: "pending" | "applied";
  /** ISO 8601 UTC. */
  readonly appliedAt: string;
  readonly planDigest: string;
}

/** Everything we own in one environment. A cache with memory: losing it means adopting again, never creating twice, never deleting. */
export interface Inventory {
  readonly formatVersion: "1.0";
  readonly environment: string;
  /** Host the entries live on; a plan against another host is refused. */
  readonly apiHost: string;
  /** Raised by one with every write; a compare-and-swap token. */
  readonly serial: number;
  /** Sorted by key. */
  readonly entries: readonly InventoryEntry[];
}
