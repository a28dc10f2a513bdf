import { isEmptyPlan } from "../../engine/plan/empty-plan.ts";
import { recentHeals } from "../../engine/reconcile/heals.ts";
import {
  AppError,
  RemoteError,
  TransientError,
} from "../../domain/problem/error.ts";
import type { Suspension } from "../../domain/reconcile/orders.ts";
import { EMPTY_OUTBOX } from "../../domain/reconcile/notice.ts";
import type {
  DriftLine,
  EnvironmentStatus,
  ReconcileProblem,
  SyncState,
  TickFacts,
  TickResult,
  TrafficSummary,
} from "../../domain/reconcile/status.ts";
import {
  appliedKeys,
  problemLine,
  type Acted,
  type ActOutcome,
  type FoundProblem,
  type Looked,
  type LookOutcome,
  type TickOutcome,
} from "./tick-outcome.ts";

/** What a status is made from, beside the outcome. */
export interface StatusFacts {
  readonly environment: string;
  readonly before: EnvironmentStatus | null;
  readonly suspension: Suspension | null;
  readonly traffic: TrafficSummary;
  readonly tick: TickFacts;
}

/** Codes of being told that another run was there: nothing is wrong. */
const HELD: ReadonlySet<string> = new Set(["STA002", "STA003", "STA004"]);

/** How a tick ended, in one word. */
export function resultOf(
  outcome: TickOutcome,
  before: EnvironmentStatus | null,
): TickResult {
  switch (outcome.kind) {
    case "suspended":
      return "suspended";
    case "nothing-new":
      // What was done is told once: now it only is as it was left.
      return resultOfSync(before?.sync ?? "in-sync");
    case "failed":
      return HELD.has(outcome.error.code) ? "held" : "failed";
    case "looked":
      return resultOfSync(syncOf(outcome.looked, null));
    case "acted":
      return actedResult(outcome.acted);
  }
}

function resultOfSync(sync: SyncState): TickResult {
  return sync === "unknown" ? "failed" : sync;
}

function actedResult({ result, purpose }: Acted): TickResult {
  if (result.result !== "applied" || result.unrecorded !== null)
    return "partial";
  return purpose === "heal" ? "healed" : "rolled-out";
}

/** True when trying again soon cannot help. */
export function isHopeless(outcome: TickOutcome): boolean {
  if (outcome.kind !== "failed") return false;
  const { error } = outcome;
  if (error instanceof TransientError) return false;
  // Credentials that were refused, or anything that only people can mend.
  return error instanceof RemoteError
    ? error.status === 401 || error.status === 403
    : error instanceof AppError;
}

/** What is known of an environment after a tick; the outbox stays as it was. */
export function nextStatus(
  outcome: TickOutcome,
  facts: StatusFacts,
): EnvironmentStatus {
  const { before, tick } = facts;
  const { result } = tick;
  const base = before ?? emptyStatus(facts.environment);
  return {
    ...base,
    ...documentFacts(outcome, base),
    ...(isLooking(outcome) ? lookedStatus(outcome) : {}),
    ...(result === "failed" ? { sync: "unknown" as const } : {}),
    problems: problemsOf(outcome, base, tick.startedAt),
    heals: [
      ...recentHeals(base.heals, Date.parse(tick.startedAt)),
      ...(outcome.kind === "acted" ? outcome.acted.healed : []),
    ],
    suspension: facts.suspension,
    traffic: facts.traffic,
    tickCount: base.tickCount + 1,
    lastTick: tick,
    ...successOf(result, base, tick.finishedAt),
  };
}

function successOf(
  result: TickResult,
  base: EnvironmentStatus,
  at: string,
): Pick<EnvironmentStatus, "lastSuccessAt" | "failureCount"> {
  const { lastSuccessAt, failureCount } = base;
  if (result === "failed" || result === "partial")
    return { lastSuccessAt, failureCount: failureCount + 1 };
  if (result === "held" || result === "suspended")
    return { lastSuccessAt, failureCount };
  return { lastSuccessAt: at, failureCount: 0 };
}

/** What the documents say of the environment, as far as they could be read. */
function documentFacts(
  outcome: TickOutcome,
  base: EnvironmentStatus,
): Partial<EnvironmentStatus> {
  if (outcome.kind === "suspended") return {};
  if (isLooking(outcome)) return { mode: outcome.looked.rules.reconcile.mode };
  const { commit, subject } = outcome;
  const rules = outcome.kind === "failed" ? outcome.rules : null;
  return {
    commit: commit ?? base.commit,
    subject: subject ?? base.subject,
    ...(rules === null
      ? {}
      : { mode: rules.reconcile.mode, isProduction: rules.isProduction }),
  };
}

type Looking = LookOutcome | ActOutcome;

function isLooking(outcome: TickOutcome): outcome is Looking {
  return outcome.kind === "looked" || outcome.kind === "acted";
}

function lookedStatus(outcome: Looking): Partial<EnvironmentStatus> {
  const { looked } = outcome;
  const acted = outcome.kind === "acted" ? outcome.acted : null;
  return {
    isProduction: looked.rules.isProduction,
    apiHost: looked.apiHost,
    commit: looked.commit,
    subject: looked.subject,
    appliedCommit:
      acted === null
        ? looked.appliedCommit
        : (acted.plan.source.commit ?? looked.appliedCommit),
    inputDigest: looked.inputDigest,
    // Somebody let a plan into another state: the next look tells which that is.
    stateId: acted !== null && looked.hasMoved ? undefined : looked.stateId,
    sync: syncOf(looked, acted),
    ownedCount: looked.ownedCount,
    drift: driftLeft(looked, acted),
    pending: looked.waiting?.pending ?? null,
    proposal: looked.proposal ?? undefined,
    fights: looked.fights,
    // Those of an earlier tick stand until the next count; never counted any more is not known.
    ...(looked.rules.reconcile.accountsEvery === null
      ? { accounts: null }
      : looked.accounts === null
        ? {}
        : { accounts: looked.accounts }),
  };
}

/** Drift of connections of which nothing was carried out. */
function driftLeft(
  { drift }: Looked,
  acted: Acted | null,
): readonly DriftLine[] {
  if (acted === null) return drift;
  const applied = appliedKeys(acted.result);
  return drift.filter(({ key }) => !applied.has(key));
}

/** What is left after what was carried out. */
function syncOf(looked: Looked, acted: Acted | null): SyncState {
  if (driftLeft(looked, acted).length > 0) return "drifted";
  if (looked.waiting !== null && !isEmptyPlan(looked.waiting.plan))
    return looked.waiting.pending.kind === "rollout" || acted === null
      ? "pending"
      : "in-sync";
  if (acted !== null && acted.result.result !== "applied") return "pending";
  return "in-sync";
}

function problemsOf(
  outcome: TickOutcome,
  before: EnvironmentStatus,
  at: string,
): readonly ReconcileProblem[] {
  if (outcome.kind === "suspended" || outcome.kind === "nothing-new")
    return before.problems;
  if (outcome.kind === "failed" && HELD.has(outcome.error.code))
    return before.problems;
  return foundProblems(outcome).map((problem) => ({
    ...problem,
    since:
      before.problems.find(({ code }) => code === problem.code)?.since ?? at,
  }));
}

function foundProblems(outcome: TickOutcome): readonly FoundProblem[] {
  if (outcome.kind === "failed") return [problemLine(outcome.error)];
  if (!isLooking(outcome)) return [];
  if (outcome.kind === "looked") return outcome.looked.problems;
  const { result } = outcome.acted;
  const failed = result.outcomes
    .filter(({ status }) => status === "failed" || status === "unknown")
    .map(({ key, code, message }) => ({
      code: code ?? "INT001",
      message: `"${key}": ${message ?? "it was not applied"}`,
    }));
  const { unrecorded } = result;
  return [
    ...outcome.looked.problems,
    ...failed.slice(0, MAX_PROBLEMS),
    ...(unrecorded === null
      ? []
      : [{ code: unrecorded.code, message: unrecorded.message }]),
  ];
}

/** Failed changes that are told one by one; the receipt has them all. */
const MAX_PROBLEMS = 10;

/** Nothing is known yet. */
export function emptyStatus(environment: string): EnvironmentStatus {
  return {
    formatVersion: "1.0",
    environment,
    mode: "observe",
    isProduction: false,
    apiHost: null,
    commit: null,
    subject: null,
    appliedCommit: null,
    inputDigest: null,
    sync: "unknown",
    problems: [],
    ownedCount: 0,
    drift: [],
    pending: null,
    suspension: null,
    heals: [],
    fights: [],
    accounts: null,
    traffic: {
      requestCount: 0,
      errorCount: 0,
      medianMs: null,
      slowestMs: null,
    },
    tickCount: 0,
    lastTick: null,
    lastSuccessAt: null,
    nextTickAt: null,
    failureCount: 0,
    outbox: EMPTY_OUTBOX,
  };
}
