/** Machine forms of results: members in snake_case, the same facts as the text. */
import type { RunResult } from "../features/apply/apply.ts";
import type { ConsentReport } from "../features/consent/report.ts";
import type { DriftReport } from "../domain/drift.ts";
import type { Plan, PlanScopeChange } from "../domain/generated/plan.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Outcome } from "../domain/outcome.ts";
import { lifecycleState } from "../domain/lifecycle.ts";
import type { StatusReport } from "../features/status/report.ts";
import { unreadableKeys } from "../domain/unreadable.ts";
import { errorJson } from "../output/diagnostics.ts";

/** The result of an apply. */
export function runJson(
  result: RunResult,
  plan: Pick<Plan, "findings">,
): JsonObject {
  return {
    kind: "run",
    environment: result.environment,
    plan_digest: result.planDigest,
    result: result.result,
    receipt: result.receipt?.digest ?? null,
    unrecorded:
      result.unrecorded === null ? null : errorJson(result.unrecorded),
    outcomes: result.outcomes.map(outcomeJson),
    unreadable: [...unreadableKeys(plan)],
  };
}

/** What became of one change. */
export function outcomeJson(outcome: Outcome): JsonObject {
  return {
    key: outcome.key,
    action: outcome.action,
    status: outcome.status,
    code: outcome.code ?? null,
    message: outcome.message ?? null,
    remote_id: outcome.remoteId,
    is_read_back: outcome.isReadBack ?? false,
    redirect_uri: outcome.redirectUri ?? null,
    steps: outcome.steps.map((step) => ({
      step: step.step,
      request_digest: step.requestDigest,
      request_id: step.requestId ?? null,
    })),
  };
}

/** What moved on the platform. A value that is missing was absent there. */
export function driftJson(report: DriftReport): JsonObject {
  return {
    kind: "drift",
    environment: report.environment,
    api_host: report.apiHost,
    checked: report.checkedCount,
    drifted: report.drifted.map((connection) => ({
      key: connection.key,
      remote_id: connection.remoteId,
      provider: connection.provider,
      fields: connection.fields.map(
        ({ path, class: fieldClass, last, live, desired }) => ({
          path,
          class: fieldClass,
          ...(last === undefined ? {} : { last_applied: last }),
          ...(live === undefined ? {} : { live }),
          ...(desired === undefined ? {} : { desired }),
        }),
      ),
      scopes: scopesJson(connection.scopes),
    })),
    missing: [...report.missing],
    unreadable: report.unreadable.map(({ key, why }) => ({ key, why })),
    unmanaged: report.unmanaged.map(({ key, remoteId, provider }) => ({
      key,
      remote_id: remoteId,
      provider,
    })),
  };
}

/** Who may still hold an old grant. */
export function consentJson(report: ConsentReport): JsonObject {
  return {
    kind: "consent",
    environment: report.environment,
    api_host: report.apiHost,
    changed: report.changedCount,
    connections: report.connections.map((lag) => ({
      key: lag.key,
      changed_at: lag.changedAt,
      plan_digest: lag.planDigest,
      actor: lag.actor,
      paths: [...lag.paths],
      scopes: scopesJson(lag.scopes),
      accounts: lag.accounts,
      lagging: lag.lagging === "unknown" ? "unknown" : lag.lagging.length,
      account_hashes: lag.lagging === "unknown" ? [] : [...lag.lagging],
    })),
  };
}

function scopesJson(scopes: readonly PlanScopeChange[]): JsonObject[] {
  return scopes.map(({ path, scope, change, tier, meaning }) => ({
    path,
    scope,
    change,
    tier,
    ...(meaning === undefined ? {} : { meaning }),
  }));
}

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
