/**
 * What the reconciler stores, member by member. A member that a type gains has to be added here, or
 * it does not compile.
 */
import type { PlanAccounts, PlanSummary } from "../domain/generated/plan.ts";
import {
  NOTICE_KINDS,
  type DeliveryRecord,
  type Notice,
  type Outbox,
  type OutboxEntry,
  type Refusal,
} from "../domain/reconcile/notice.ts";
import {
  PROPOSAL_STATES,
  type DriftProposal,
} from "../domain/reconcile/proposal.ts";
import type {
  Orders,
  PlanApproval,
  Suspension,
} from "../domain/reconcile/orders.ts";
import type {
  AccountsLine,
  DriftLine,
  EnvironmentStatus,
  Fight,
  HealRecord,
  PendingPlan,
  ReconcileProblem,
  RunRecord,
  TickFacts,
  TrafficSummary,
} from "../domain/reconcile/status.ts";
import {
  aNumber,
  anObject,
  aText,
  aTruth,
  byName,
  either,
  listOf,
  oneOf,
  optional,
  orNull,
} from "../domain/shape.ts";

const aTextOrNull = orNull(aText);
const aNumberOrNull = orNull(aNumber);
const texts = listOf(aText);

const aNoticeKind = oneOf(...NOTICE_KINDS);

const anOutbox = anObject<Outbox>({
  waiting: listOf(
    anObject<OutboxEntry>({
      notice: anObject<Notice>({
        id: aText,
        kind: aNoticeKind,
        environment: aText,
        isProduction: aTruth,
        level: oneOf("info", "warning", "alert"),
        title: aText,
        lines: texts,
        commit: aTextOrNull,
        at: aText,
      }),
      deliveredTo: texts,
      refusals: listOf(anObject<Refusal>({ receiver: aText, message: aText })),
      attemptCount: aNumber,
      nextAttemptAt: aText,
    }),
  ),
  settled: listOf(
    anObject<DeliveryRecord>({
      id: aText,
      kind: aNoticeKind,
      title: aText,
      at: aText,
      deliveredTo: texts,
      failures: texts,
    }),
  ),
});

const aSummary = anObject<PlanSummary>({
  create: aNumber,
  update: aNumber,
  replace: aNumber,
  delete: aNumber,
  adopt: aNumber,
  forget: aNumber,
  rename: aNumber,
  noop: aNumber,
  unchanged: aNumber,
  accounts: optional(
    anObject<PlanAccounts>({ counted: aNumber, unknown: aNumber }),
  ),
});

const aSuspension = anObject<Suspension>({
  by: aText,
  why: aText,
  at: aText,
  until: aTextOrNull,
});

const TICK_FACTS = {
  reason: oneOf("start", "interval", "commit", "order", "retry"),
  result: oneOf(
    "in-sync",
    "drifted",
    "pending",
    "healed",
    "rolled-out",
    "partial",
    "failed",
    "suspended",
    "held",
  ),
  startedAt: aText,
  finishedAt: aText,
  requestCount: aNumber,
} as const;

/** What is known of an environment. */
export const isEnvironmentStatus = anObject<EnvironmentStatus>({
  formatVersion: oneOf("1.0"),
  environment: aText,
  mode: oneOf("observe", "propose", "heal", "enforce"),
  isProduction: aTruth,
  apiHost: aTextOrNull,
  commit: aTextOrNull,
  subject: aTextOrNull,
  appliedCommit: aTextOrNull,
  stateId: optional(aText),
  inputDigest: aTextOrNull,
  sync: oneOf("in-sync", "drifted", "pending", "unknown"),
  problems: listOf(
    anObject<ReconcileProblem>({
      code: aText,
      message: aText,
      fix: optional(aText),
      since: aText,
    }),
  ),
  ownedCount: aNumber,
  drift: listOf(
    anObject<DriftLine>({
      key: aText,
      paths: texts,
      isMissing: aTruth,
      since: aText,
    }),
  ),
  pending: orNull(
    anObject<PendingPlan>({
      kind: oneOf("heal", "rollout"),
      digest: aText,
      intentDigest: aText,
      summary: aSummary,
      since: aText,
      waitsFor: texts,
      isApprovable: aTruth,
    }),
  ),
  proposal: optional(
    anObject<DriftProposal>({
      state: oneOf(...PROPOSAL_STATES),
      message: aText,
      headCommit: aTextOrNull,
      digest: aTextOrNull,
      number: aNumberOrNull,
      url: aTextOrNull,
    }),
  ),
  suspension: orNull(aSuspension),
  heals: listOf(anObject<HealRecord>({ key: aText, paths: texts, at: aText })),
  fights: listOf(
    anObject<Fight>({
      key: aText,
      path: aText,
      healCount: aNumber,
      since: aText,
    }),
  ),
  accounts: orNull(
    listOf(
      anObject<AccountsLine>({
        key: aText,
        byStatus: orNull(byName(aNumber)),
        count: either(aNumber, oneOf("unknown")),
        lastUsedAt: aTextOrNull,
      }),
    ),
  ),
  traffic: anObject<TrafficSummary>({
    requestCount: aNumber,
    errorCount: aNumber,
    medianMs: aNumberOrNull,
    slowestMs: aNumberOrNull,
  }),
  tickCount: aNumber,
  lastTick: orNull(anObject<TickFacts>(TICK_FACTS)),
  lastSuccessAt: aTextOrNull,
  nextTickAt: aTextOrNull,
  failureCount: aNumber,
  outbox: anOutbox,
});

/** What people asked for. */
export const isOrders = anObject<Orders>({
  suspension: orNull(aSuspension),
  approvals: listOf(
    anObject<PlanApproval>({ intentDigest: aText, by: aText, at: aText }),
  ),
  reconcileNow: orNull(
    anObject<{ readonly by: string; readonly at: string }>({
      by: aText,
      at: aText,
    }),
  ),
});

/** A line of history. */
export const isRunRecord = anObject<RunRecord>({
  ...TICK_FACTS,
  environment: aText,
  commit: aTextOrNull,
  planDigest: aTextOrNull,
  summary: orNull(aSummary),
  approvedBy: aTextOrNull,
  messages: texts,
});
