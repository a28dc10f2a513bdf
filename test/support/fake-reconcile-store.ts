import type { Plan } from "../../src/domain/generated/plan.ts";
import { NO_ORDERS, type Orders } from "../../src/domain/reconcile/orders.ts";
import type {
  EnvironmentStatus,
  RunRecord,
} from "../../src/domain/reconcile/status.ts";
import {
  MAX_KEPT_RUNS,
  type ReconcileStore,
} from "../../src/ports/reconcile-store.ts";

/** A store in memory, which counts what is asked of it. */
export interface FakeReconcileStore extends ReconcileStore {
  /** How often each method was called. */
  readonly calls: Readonly<Record<string, number>>;
  /** Makes every method throw, or stop doing so. */
  setBroken(isBroken: boolean): void;
}

/** Starts empty. */
export function createFakeReconcileStore(): FakeReconcileStore {
  const statuses = new Map<string, EnvironmentStatus>();
  const plans = new Map<string, Plan>();
  const orders = new Map<string, Orders>();
  const runs = new Map<string, RunRecord[]>();
  const calls: Record<string, number> = {};
  let isBroken = false;
  const called = (name: string): void => {
    calls[name] = (calls[name] ?? 0) + 1;
    if (isBroken) throw new Error("the store is broken");
  };
  return {
    calls,
    setBroken(wanted) {
      isBroken = wanted;
    },
    async readStatus(environment) {
      called("readStatus");
      return statuses.get(environment) ?? null;
    },
    async readStatuses() {
      called("readStatuses");
      return [...statuses.values()].sort((a, b) =>
        a.environment < b.environment ? -1 : 1,
      );
    },
    async writeStatus(status) {
      called("writeStatus");
      statuses.set(status.environment, status);
    },
    async readPending(environment) {
      called("readPending");
      return plans.get(environment) ?? null;
    },
    async writePending(environment, plan) {
      called("writePending");
      if (plan === null) plans.delete(environment);
      else plans.set(environment, plan);
    },
    async readOrders(environment) {
      called("readOrders");
      return orders.get(environment) ?? NO_ORDERS;
    },
    async changeOrders(environment, change) {
      called("changeOrders");
      const after = change(orders.get(environment) ?? NO_ORDERS);
      orders.set(environment, after);
      return after;
    },
    async appendRun(run) {
      called("appendRun");
      const kept = [run, ...(runs.get(run.environment) ?? [])];
      runs.set(run.environment, kept.slice(0, MAX_KEPT_RUNS));
    },
    async readRuns(environment, limit) {
      called("readRuns");
      return (runs.get(environment) ?? []).slice(0, limit);
    },
    async close() {
      called("close");
    },
  };
}
