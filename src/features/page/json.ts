import type { JsonObject } from "../../domain/json.ts";
import type { Notice } from "../../domain/reconcile/notice.ts";
import type { Orders, Suspension } from "../../domain/reconcile/orders.ts";
import type {
  EnvironmentStatus,
  PendingPlan,
  RunRecord,
  TickFacts,
} from "../../domain/reconcile/status.ts";
import type { Chosen, NeedyRow } from "./choose-rows.ts";

/** The first page, for programs: the same environments in the same order. */
export function listJson(chosen: Chosen, readAt: number): JsonObject {
  return {
    kind: "reconcile_status",
    read_at: new Date(readAt).toISOString(),
    total: chosen.totalCount,
    matching: chosen.matchCount,
    page: chosen.page,
    pages: chosen.pageCount,
    needs: { ...chosen.needCounts },
    environments: chosen.rows.map(rowJson),
  };
}

function rowJson({ row, needs }: NeedyRow): JsonObject {
  return {
    environment: row.environment,
    mode: row.mode,
    production: row.isProduction,
    sync: row.sync,
    needs: [...needs],
    problems: [...row.problemCodes],
    problem: row.problem,
    last_result: row.lastResult,
    last_success_at: row.lastSuccessAt,
    next_tick_at: row.nextTickAt,
    failures_in_a_row: row.failureCount,
    owned: row.ownedCount,
    drifted: row.driftCount,
    fights: row.fightCount,
    pending:
      row.pending === null
        ? null
        : {
            kind: row.pending.kind,
            intent_digest: row.pending.intentDigest,
            since: row.pending.since,
            approvable: row.pending.isApprovable,
            approved: row.isApproved,
          },
    accounts: row.accounts === null ? null : { ...row.accounts },
    undelivered_notices: row.undeliveredCount,
    suspension: suspensionJson(row.suspension),
  };
}

/** What the page of an environment shows, whole. */
export interface EnvironmentFacts {
  readonly status: EnvironmentStatus;
  readonly orders: Orders;
  /** The latest, newest first. */
  readonly runs: readonly RunRecord[];
}

/** One environment, for programs. */
export function environmentJson(facts: EnvironmentFacts): JsonObject {
  const { status, orders, runs } = facts;
  const { lastTick } = status;
  return {
    kind: "reconcile_environment",
    environment: status.environment,
    mode: status.mode,
    production: status.isProduction,
    api_host: status.apiHost,
    commit: status.commit,
    subject: status.subject,
    applied_commit: status.appliedCommit,
    sync: status.sync,
    problems: status.problems.map((problem) => ({ ...problem })),
    owned: status.ownedCount,
    drift: status.drift.map(({ key, paths, isMissing, since }) => ({
      key,
      paths: [...paths],
      missing: isMissing,
      since,
    })),
    fights: status.fights.map(({ key, path, healCount, since }) => ({
      key,
      path,
      heals: healCount,
      since,
    })),
    heals_in_a_day: status.heals.length,
    pending: status.pending === null ? null : pendingJson(status.pending),
    proposal: proposalJson(status.proposal),
    accounts:
      status.accounts === null
        ? null
        : status.accounts.map(({ key, byStatus, count, lastUsedAt }) => ({
            key,
            by_status: byStatus === null ? null : { ...byStatus },
            count,
            last_used_at: lastUsedAt,
          })),
    requests: {
      count: status.traffic.requestCount,
      errors: status.traffic.errorCount,
      median_ms: status.traffic.medianMs,
      slowest_ms: status.traffic.slowestMs,
    },
    ticks: status.tickCount,
    last_tick: lastTick === null ? null : tickJson(lastTick),
    last_success_at: status.lastSuccessAt,
    next_tick_at: status.nextTickAt,
    failures_in_a_row: status.failureCount,
    undelivered_notices: status.outbox.waiting.map(({ notice }) =>
      noticeJson(notice),
    ),
    orders: ordersJson(orders),
    runs: runs.map(runJson),
  };
}

/** What people asked for and what is not used up. */
export function ordersJson({
  suspension,
  approvals,
  reconcileNow,
}: Orders): JsonObject {
  return {
    suspension: suspensionJson(suspension),
    approvals: approvals.map(({ intentDigest, by, at }) => ({
      intent_digest: intentDigest,
      by,
      at,
    })),
    reconcile_now:
      reconcileNow === null
        ? null
        : { by: reconcileNow.by, at: reconcileNow.at },
  };
}

function suspensionJson(suspension: Suspension | null): JsonObject | null {
  if (suspension === null) return null;
  const { by, why, at, until } = suspension;
  return { by, why, at, until };
}

function pendingJson(pending: PendingPlan): JsonObject {
  return {
    kind: pending.kind,
    digest: pending.digest,
    intent_digest: pending.intentDigest,
    since: pending.since,
    waits_for: [...pending.waitsFor],
    approvable: pending.isApprovable,
  };
}

function proposalJson(
  proposal: EnvironmentStatus["proposal"],
): JsonObject | null {
  if (proposal === undefined) return null;
  const { state, message, number, url } = proposal;
  return { state, message, number, url };
}

function tickJson(tick: TickFacts): JsonObject {
  return {
    reason: tick.reason,
    result: tick.result,
    started_at: tick.startedAt,
    finished_at: tick.finishedAt,
    requests: tick.requestCount,
  };
}

function runJson(run: RunRecord): JsonObject {
  return {
    ...tickJson(run),
    commit: run.commit,
    plan_digest: run.planDigest,
    approved_by: run.approvedBy,
    messages: [...run.messages],
  };
}

function noticeJson({ id, kind, level, title, at }: Notice): JsonObject {
  return { id, kind, level, title, at };
}
