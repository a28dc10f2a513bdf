import type { FieldValues } from "../connection.ts";
import type { Pointer } from "../field/pointer.ts";
import type { JsonObject } from "../json.ts";
import type { SecretRecord } from "../secret/secret.ts";

/** What we know about one connection we own. Holds no secret. */
export interface InventoryEntry {
  readonly key: string;
  /** The server's handle; `null` while a create is announced and its answer has not come. */
  readonly remoteId: string | null;
  readonly provider: string;
  readonly authType: string;
  /** The fields we last wrote or recorded. */
  readonly lastApplied: FieldValues;
  /**
   * What the documents said then that is never sent; missing in entries from before it was
   * remembered.
   */
  readonly local?: FieldValues;
  readonly secrets: Readonly<Record<Pointer, SecretRecord>>;
  /**
   * Remembered here so that removing the protecting line from a file does not remove the
   * protection.
   */
  readonly isProtected: boolean;
  /** `pending`: a write was announced and its end is not recorded; the next observe settles it. */
  readonly phase: "pending" | "applied";
  /**
   * Of a pending entry, what was announced; missing in inventories from before this was remembered.
   */
  readonly announced?: Announcement;
  /** ISO 8601 UTC. */
  readonly appliedAt: string;
  readonly planDigest: string;
}

/** What a run was about to do to a connection, kept until the end of it is recorded. */
export interface Announcement {
  /** Action of the change. */
  readonly action: string;
  /**
   * Custom providers that the change makes or removes: cut off, it may leave one that no connection
   * uses.
   */
  readonly providers: readonly AnnouncedProvider[];
}

/** A custom provider in an announcement. */
export interface AnnouncedProvider {
  readonly name: string;
  /** Digest of what it was to be; `null` when it was to go. */
  readonly digest: string | null;
}

/**
 * The rules of an environment at the last apply, by name. What each means stands in
 * `schemas/environment.schema.json`; who can open the files of secrets and what stays local as a
 * whole are among them.
 */
export type RecordedRules = JsonObject;

/**
 * Everything we own in one environment. A cache with memory: losing it means adopting again, never
 * creating twice, never deleting.
 */
export interface Inventory {
  readonly formatVersion: "1.0";
  readonly environment: string;
  /** Host the entries live on; a plan against another host is refused. */
  readonly apiHost: string;
  /**
   * Identity of this state, made with its first inventory and kept in every copy; `null` in
   * inventories from before there was one.
   */
  readonly stateId: string | null;
  /** Raised by one with every write; a compare-and-swap token. */
  readonly serial: number;
  /** Missing in inventories from before they were remembered. */
  readonly rules?: RecordedRules;
  /** Sorted by key. */
  readonly entries: readonly InventoryEntry[];
}
