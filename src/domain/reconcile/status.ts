import type { PlanSummary } from "../generated/plan.ts";
import type { Pointer } from "../field/pointer.ts";
import type { Outbox } from "./notice.ts";
import type { DriftProposal } from "./proposal.ts";
import type { Suspension } from "./orders.ts";
import type { ReconcileMode } from "./settings.ts";

/**
 * How an environment stands to its documents. `drifted`: somebody changed the platform. `pending`:
 * the documents ask for something that is not applied. `unknown`: nobody could look.
 */
export type SyncState = "in-sync" | "drifted" | "pending" | "unknown";

/**
 * How a tick ended. `held`: another process was at it. `partial`: changes were made, and others
 * failed.
 */
export type TickResult =
  | "in-sync"
  | "drifted"
  | "pending"
  | "healed"
  | "rolled-out"
  | "partial"
  | "failed"
  | "suspended"
  | "held";

/** Why a tick ran. `order`: somebody asked for it. */
export type TickReason = "start" | "interval" | "commit" | "order" | "retry";

/** Something that keeps an environment from being reconciled, or part of it. */
export interface ReconcileProblem {
  /** Code of an error or of a guard. */
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
  /** When it was first met, ISO 8601 UTC. */
  readonly since: string;
}

/** One owned connection that is not as it was last applied. */
export interface DriftLine {
  readonly key: string;
  /** Sorted; empty where the connection is gone. */
  readonly paths: readonly Pointer[];
  readonly isMissing: boolean;
  /** When it was first seen, ISO 8601 UTC. */
  readonly since: string;
}

/** A plan that was made and not carried out. */
export interface PendingPlan {
  /** `heal`: takes drift back. `rollout`: brings documents that were never applied. */
  readonly kind: "heal" | "rollout";
  readonly digest: string;
  /** What an approval names: it stays the same while the plan would do the same. */
  readonly intentDigest: string;
  readonly summary: PlanSummary;
  /** When a plan with this intent was first made, ISO 8601 UTC. */
  readonly since: string;
  /** Why it is not carried out, in sentences; the first is the most important. */
  readonly waitsFor: readonly string[];
  /** True when an approval of `intentDigest` is all it waits for. */
  readonly isApprovable: boolean;
}

/** One connection that was taken back. */
export interface HealRecord {
  readonly key: string;
  readonly paths: readonly Pointer[];
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** A field that somebody moves again whenever it is taken back. */
export interface Fight {
  readonly key: string;
  readonly path: Pointer;
  readonly healCount: number;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** What connected accounts show of a connection's health; nothing names a person. */
export interface AccountsLine {
  readonly key: string;
  /** By the platform's own word: `ACTIVE`, `EXPIRED`; `null` where it does not say. */
  readonly byStatus: Readonly<Record<string, number>> | null;
  readonly count: number | "unknown";
  /** The latest use of any of them, ISO 8601; `null` where there was none or nobody says. */
  readonly lastUsedAt: string | null;
}

/** What our own requests tell of the platform, over the last ticks. */
export interface TrafficSummary {
  readonly requestCount: number;
  readonly errorCount: number;
  /** Milliseconds; `null` before the first answer. */
  readonly medianMs: number | null;
  readonly slowestMs: number | null;
}

/** One tick. */
export interface TickFacts {
  readonly reason: TickReason;
  readonly result: TickResult;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly requestCount: number;
}

/** What is known of a reconciled environment, as it is stored and shown. Holds no secret. */
export interface EnvironmentStatus {
  readonly formatVersion: "1.0";
  readonly environment: string;
  readonly mode: ReconcileMode;
  readonly isProduction: boolean;
  /** `null` before the target was reached. */
  readonly apiHost: string | null;
  /** The commit whose documents were planned last; `null` outside git. */
  readonly commit: string | null;
  /** First line of its message. */
  readonly subject: string | null;
  /** The commit that was applied last. */
  readonly appliedCommit: string | null;
  /** Identity of the state that was looked at; absent before there is one. */
  readonly stateId?: string | undefined;
  /** Digest over everything the environment is made from, at `commit`. */
  readonly inputDigest: string | null;
  readonly sync: SyncState;
  /** Why it is not ready; empty when it is. */
  readonly problems: readonly ReconcileProblem[];
  readonly ownedCount: number;
  readonly drift: readonly DriftLine[];
  readonly pending: PendingPlan | null;
  /** The pull request about its drift; absent before there was anything to propose. */
  readonly proposal?: DriftProposal | undefined;
  /** Who took it out of reconciling, as the last tick found it. */
  readonly suspension: Suspension | null;
  /** Of the last day, oldest first. */
  readonly heals: readonly HealRecord[];
  readonly fights: readonly Fight[];
  /** Sorted by key; `null` before anybody looked. */
  readonly accounts: readonly AccountsLine[] | null;
  readonly traffic: TrafficSummary;
  /** Ticks so far. */
  readonly tickCount: number;
  readonly lastTick: TickFacts | null;
  /** The last tick that ended without a failure, ISO 8601 UTC. */
  readonly lastSuccessAt: string | null;
  readonly nextTickAt: string | null;
  /** Ticks that failed since the last that did not. */
  readonly failureCount: number;
  /** Notices that are not delivered yet, and the last that were. */
  readonly outbox: Outbox;
}

/** One line of an environment's history: a tick that found or did something new. */
export interface RunRecord extends TickFacts {
  readonly environment: string;
  readonly commit: string | null;
  readonly planDigest: string | null;
  /** What was changed, in counts; `null` where nothing was. */
  readonly summary: PlanSummary | null;
  /** Who approved what was carried out; `null` where the mode allowed it. */
  readonly approvedBy: string | null;
  /** What happened, in sentences. */
  readonly messages: readonly string[];
}
