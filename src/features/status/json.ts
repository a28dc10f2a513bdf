import { countByStatus, lastUseOf } from "../../domain/account.ts";
import type { StatusReport } from "./report.ts";
import { lifecycleState } from "../../domain/lifecycle.ts";
import type { JsonObject } from "../../domain/json.ts";

/** What is known about an environment. */
export function statusJson(report: StatusReport): JsonObject {
  const { inventory, openRun, live } = report;
  return {
    kind: "status",
    environment: report.environment,
    api_host: report.apiHost,
    state: report.statePlace,
    owned: (inventory?.entries ?? []).map((entry) => ({
      key: entry.key,
      remote_id: entry.remoteId,
      provider: entry.provider,
      auth_type: entry.authType,
      phase: entry.phase,
      is_protected: entry.isProtected,
      applied_at: entry.appliedAt,
    })),
    open_run:
      openRun === null
        ? null
        : {
            run_id: openRun.runId,
            started_at: openRun.startedAt,
            finished: openRun.finishedCount,
            open: [...openRun.openKeys],
          },
    ...(report.accounts === null
      ? {}
      : {
          accounts: report.accounts.map(({ key, count, listed }) => ({
            key,
            count,
            by_status: listed === "unknown" ? null : countByStatus(listed),
            last_used_at: lastUseOf(listed),
          })),
        }),
    rotation: report.rotation.map((due) => ({
      connection: due.connection,
      path: due.pointer,
      every: due.every,
      applied_at: due.appliedAt,
      due_at: due.dueAt,
      overdue: due.isOverdue,
    })),
    receipts: report.receipts.map((receipt) => ({
      digest: receipt.digest,
      run_id: receipt.runId,
      plan_digest: receipt.planDigest,
      actor: receipt.actor,
      finished_at: receipt.finishedAt,
      result: receipt.result,
      changes: receipt.outcomes.length,
    })),
    live: (live ?? []).map((item) => ({
      key: item.key,
      remote_id: item.remoteId,
      provider: item.provider,
      ...(item.problem === undefined
        ? {
            status: item.status,
            enabled: item.isEnabled,
            lifecycle: lifecycleState(item),
          }
        : { problem: item.problem }),
    })),
  };
}
