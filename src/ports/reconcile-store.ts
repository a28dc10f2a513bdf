import type { Plan } from "../domain/generated/plan.ts";
import type { Orders } from "../domain/reconcile/orders.ts";
import type {
  EnvironmentStatus,
  RunRecord,
} from "../domain/reconcile/status.ts";

/** Most runs that are kept of one environment. */
export const MAX_KEPT_RUNS = 500;

/**
 * What the reconciler remembers of environments between ticks, and what people ask of it. Nothing
 * here decides about ownership: that is the state's.
 *
 * Obligations: a write is atomic and seen by every later read, of other processes too; what cannot
 * be understood is an error, never "nothing"; holds no secret.
 */
export interface ReconcileStore {
  /** `null` before the first tick. */
  readStatus(environment: string): Promise<EnvironmentStatus | null>;
  /** Of every environment, sorted by name. */
  readStatuses(): Promise<readonly EnvironmentStatus[]>;
  writeStatus(status: EnvironmentStatus): Promise<void>;
  /** The plan that waits, in full; `null` when none does. */
  readPending(environment: string): Promise<Plan | null>;
  writePending(environment: string, plan: Plan | null): Promise<void>;
  readOrders(environment: string): Promise<Orders>;
  /**
   * Changes orders as one act: of two changes at once none is lost. `change` may be called again,
   * and may throw to change nothing. @returns the orders as they are then.
   */
  changeOrders(
    environment: string,
    change: (orders: Orders) => Orders,
  ): Promise<Orders>;
  /** Adds a line of history, and forgets what is beyond {@link MAX_KEPT_RUNS}. */
  appendRun(run: RunRecord): Promise<void>;
  /** The latest runs, newest first. */
  readRuns(environment: string, limit: number): Promise<readonly RunRecord[]>;
  close(): Promise<void>;
}
