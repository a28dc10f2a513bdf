import type { ConnectionAccounts } from "../../domain/account.ts";
import type { OpenRun } from "../../domain/state/open-run.ts";
import type { ListedConnection } from "../../domain/connection.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type { RotationDue } from "../../domain/rotation.ts";

/** What is known about one environment without planning. Holds no secret. */
export interface StatusReport {
  readonly environment: string;
  readonly apiHost: string;
  /** Where the state is, for people. */
  readonly statePlace: string;
  /** `null` before the first apply. */
  readonly inventory: Inventory | null;
  /** The last receipts of the ledger, newest first. */
  readonly receipts: readonly Receipt[];
  readonly openRun: OpenRun | null;
  /** What the API lists now; `null` when it was not asked. */
  readonly live: readonly ListedConnection[] | null;
  /** When secrets that ask for it are to be renewed, the earliest first. */
  readonly rotation: readonly RotationDue[];
  /** Of owned connections, by key; `null` when nobody asked for them. */
  readonly accounts:
    readonly (ConnectionAccounts & { readonly key: string })[] | null;
}
