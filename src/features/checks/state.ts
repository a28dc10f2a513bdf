import type { OpenRun } from "../../domain/state/open-run.ts";
import type { CheckResult } from "./report.ts";
import { shellWord } from "../../util/shell-word.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import type { LeaseInfo } from "../../domain/state/state.ts";

/** What is stored about an environment. */
export interface StateFacts {
  readonly environment: string;
  readonly place: string;
  readonly inventory: Inventory | null;
  readonly receiptCount: number;
  readonly lease: LeaseInfo | null;
  readonly openRun: OpenRun | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** State that can be read, the lease, and a run that was cut off. */
export function checkState(facts: StateFacts): readonly CheckResult[] {
  const { inventory, place } = facts;
  return [
    {
      check: "state",
      result: "ok",
      message:
        inventory === null
          ? `nothing is stored in ${place} yet`
          : `${place} holds ${String(inventory.entries.length)} connections and ${String(facts.receiptCount)} receipts`,
    },
    checkLease(facts),
    checkOpenRun(facts),
  ];
}

function checkLease({ lease, now, environment }: StateFacts): CheckResult {
  const check = "lease";
  if (lease === null)
    return { check, result: "ok", message: "nobody holds the lease" };
  const isOver = Date.parse(lease.expiresAt) <= now;
  const holder = `${lease.actor} on ${lease.host}`;
  return isOver
    ? {
        check,
        result: "ok",
        message: `the lease of ${holder} has ended; the next apply takes it over`,
      }
    : {
        check,
        result: "unknown",
        message: `${holder} holds the lease until ${lease.expiresAt}: a run is applying, or was cut off (an apply would stop with STA003)`,
        fix: `wait until then; where that run is gone for good: tieline state unlock ${shellWord(environment)} --if-holder ${shellWord(lease.id)}`,
      };
}

function checkOpenRun({
  openRun,
  lease,
  environment,
}: StateFacts): CheckResult {
  const check = "open_run";
  if (openRun === null)
    return { check, result: "ok", message: "no run was cut off" };
  const begun = `run ${openRun.runId}, begun at ${openRun.startedAt}, has not ended`;
  return lease === null
    ? {
        check,
        result: "bad",
        message: begun,
        fix: `tieline apply ${shellWord(environment)} continues it`,
      }
    : {
        check,
        result: "unknown",
        message: begun,
        fix: `unless it is at work, tieline apply ${shellWord(environment)} continues it`,
      };
}
