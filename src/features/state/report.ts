import type { OpenRun } from "../../domain/state/open-run.ts";
import type {
  Inventory,
  InventoryEntry,
} from "../../domain/state/inventory.ts";
import type { LeaseInfo } from "../../domain/state/state.ts";

/** What is stored about one environment. Holds no secret. */
export interface StateReport {
  readonly environment: string;
  readonly place: string;
  readonly inventory: Inventory | null;
  readonly receiptCount: number;
  readonly lease: LeaseInfo | null;
  readonly openRun: OpenRun | null;
}

/** An inventory made anew from live and the documents, before it is stored. */
export interface RebuildProposal {
  readonly environment: string;
  readonly place: string;
  readonly apiHost: string;
  /** Sorted as the plan has them. */
  readonly entries: readonly InventoryEntry[];
  /** Declared connections that are not taken in, and why. */
  readonly left: readonly { readonly key: string; readonly why: string }[];
  /** Live connections that no document declares. */
  readonly unmanaged: readonly string[];
}

/** What became of a migration of tables, or what would. */
export interface MigrationReport {
  readonly environment: string;
  readonly place: string;
  /** False when only the SQL was asked for. */
  readonly isDone: boolean;
  readonly steps: readonly { readonly number: number; readonly name: string }[];
  readonly sql: string;
}
