import type { Plan } from "../generated/plan.ts";
import type { Inventory } from "./inventory.ts";
import type { Receipt } from "./ledger.ts";

/** Where an environment keeps its state. */
export type StateSettings =
  | { readonly backend: "file" }
  | {
      readonly backend: "git";
      /** Name of a remote of the repository; `null` keeps the ref in this repository alone. */
      readonly remote: string | null;
      /** Full name below `refs/tieline/`: nothing else of a repository can be moved by state. */
      readonly ref: string;
    }
  | {
      readonly backend: "postgres";
      /** Name of the schema; the database is named outside of the repository. */
      readonly schema: string;
    };

/**
 * Everything of a state that outlives a run: what can be copied from one backend to another. Holds
 * no secret.
 */
export interface StateContent {
  readonly inventory: Inventory | null;
  /** Oldest first. */
  readonly ledger: readonly Receipt[];
  /** The applied plans that are stored, in the order of the ledger. */
  readonly plans: readonly Plan[];
}

/** A lease as it is stored. */
export interface LeaseInfo {
  readonly id: string;
  readonly actor: string;
  readonly host: string;
  readonly pid: number;
  readonly runId: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
}
