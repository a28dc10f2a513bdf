import { isSuspended, type Orders } from "../../domain/reconcile/orders.ts";
import type { Suspension } from "../../domain/reconcile/orders.ts";
import type { ReconcileMode } from "../../domain/reconcile/settings.ts";
import type {
  AccountsLine,
  EnvironmentStatus,
  HealRecord,
  PendingPlan,
  SyncState,
  TickResult,
  TrafficSummary,
} from "../../domain/reconcile/status.ts";
import { clip } from "../../util/clip.ts";

/** What somebody has to look after, worst first. */
export const NEEDS = [
  "failing",
  "fighting",
  "silent",
  "approval",
  "waiting",
  "drifted",
  "suspended",
  "expired",
] as const;

/** Why a person should look at an environment. */
export type Need = (typeof NEEDS)[number];

/** What the overview keeps of an environment: small, however many connections it has. */
export interface OverviewRow {
  readonly environment: string;
  readonly mode: ReconcileMode;
  readonly isProduction: boolean;
  readonly sync: SyncState;
  readonly lastResult: TickResult | null;
  readonly lastSuccessAt: string | null;
  readonly nextTickAt: string | null;
  readonly failureCount: number;
  readonly problemCodes: readonly string[];
  /** The first problem, cut. */
  readonly problem: string | null;
  readonly driftCount: number;
  readonly fightCount: number;
  /** When connections were taken back within the last day. */
  readonly heals: readonly Pick<HealRecord, "at">[];
  readonly pending: Pick<
    PendingPlan,
    "kind" | "intentDigest" | "since" | "isApprovable"
  > | null;
  /** What the pending plan waits for first, cut. */
  readonly waitsFor: string | null;
  /** An approval of the pending plan is given and not used up yet. */
  readonly isApproved: boolean;
  readonly ownedCount: number;
  readonly accounts: AccountTotals | null;
  readonly undeliveredCount: number;
  readonly traffic: TrafficSummary;
  readonly suspension: Suspension | null;
}

/** Connected accounts of all connections of an environment. */
export interface AccountTotals {
  readonly count: number;
  readonly expired: number;
  /** By the platform's own word, the known ones; `other` and `unknown` are ours. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Connections of which nobody knows the accounts. */
  readonly unknown: number;
}

/** From when on a tick that is due and does not come is told. */
const SILENT_AFTER_MS = 5 * 60_000;
const MOST_CODES = 20;
const SENTENCE = 160;

/** Keeps of an environment what the overview shows. */
export function overviewRow(
  status: EnvironmentStatus,
  orders: Orders,
): OverviewRow {
  const { pending, problems } = status;
  return {
    environment: status.environment,
    mode: status.mode,
    isProduction: status.isProduction,
    sync: status.sync,
    lastResult: status.lastTick?.result ?? null,
    lastSuccessAt: status.lastSuccessAt,
    nextTickAt: status.nextTickAt,
    failureCount: status.failureCount,
    problemCodes: problems.slice(0, MOST_CODES).map(({ code }) => code),
    problem: firstSentence(problems.map(({ message }) => message)),
    driftCount: status.drift.length,
    fightCount: status.fights.length,
    heals: status.heals.map(({ at }) => ({ at })),
    traffic: status.traffic,
    pending:
      pending === null
        ? null
        : {
            kind: pending.kind,
            intentDigest: pending.intentDigest,
            since: pending.since,
            isApprovable: pending.isApprovable,
          },
    waitsFor: firstSentence(pending?.waitsFor ?? []),
    isApproved: orders.approvals.some(
      ({ intentDigest }) => intentDigest === pending?.intentDigest,
    ),
    ownedCount: status.ownedCount,
    accounts: status.accounts === null ? null : accountTotals(status.accounts),
    undeliveredCount: status.outbox.waiting.length,
    suspension: orders.suspension,
  };
}

/** Adds up accounts, as far as they are known. */
export function accountTotals(lines: readonly AccountsLine[]): AccountTotals {
  let [count, expired, unknown] = [0, 0, 0];
  const byStatus: Record<string, number> = {};
  const add = (status: string, more: number): void => {
    if (more > 0) byStatus[status] = (byStatus[status] ?? 0) + more;
  };
  for (const line of lines) {
    if (line.count === "unknown") unknown += 1;
    else count += line.count;
    expired += expiredOf(line);
    if (line.byStatus === null)
      add("unknown", line.count === "unknown" ? 0 : line.count);
    else
      for (const [status, more] of Object.entries(line.byStatus))
        add(KNOWN_STATUSES.has(status) ? status : "other", more);
  }
  return { count, expired, unknown, byStatus };
}

/**
 * Words of the platform: whatever else it says becomes no label of a metric.
 * @remarks Source: docs/drivers/scalekit-api.md section 8: `ConnectorStatus`.
 */
const KNOWN_STATUSES: ReadonlySet<string> = new Set([
  "ACTIVE",
  "EXPIRED",
  "PENDING_AUTH",
  "PENDING_VERIFICATION",
  "DISCONNECTED",
]);

/** Accounts whose owner has to consent again, by the platform's own word. */
export function expiredOf({ byStatus }: AccountsLine): number {
  return byStatus !== null && Object.hasOwn(byStatus, "EXPIRED")
    ? (byStatus["EXPIRED"] ?? 0)
    : 0;
}

/** How an environment does. `now` is in milliseconds since 1970. */
export function needsOf(row: OverviewRow, now: number): readonly Need[] {
  const isHeld = suspensionOf(row, now) !== null;
  const holds: Readonly<Record<Need, boolean>> = {
    failing: isFailing(row),
    fighting: row.fightCount > 0,
    silent: isSilent(row, now),
    approval: row.pending?.isApprovable === true && !row.isApproved,
    waiting:
      row.pending !== null && !row.pending.isApprovable && !row.isApproved,
    drifted: row.sync === "drifted",
    suspended: isHeld,
    expired: (row.accounts?.expired ?? 0) > 0,
  };
  return NEEDS.filter((need) => holds[need]);
}

/** True where a tick that was due did not come. */
export function isSilent({ nextTickAt }: OverviewRow, now: number): boolean {
  return nextTickAt !== null && now - Date.parse(nextTickAt) > SILENT_AFTER_MS;
}

/** The suspension that holds now. */
export function suspensionOf(row: OverviewRow, now: number): Suspension | null {
  return isSuspended(row, now) ? row.suspension : null;
}

/** True where nothing keeps it from being reconciled. */
export function isReady(row: OverviewRow, now: number): boolean {
  return row.lastResult !== null && !isFailing(row) && !isSilent(row, now);
}

function isFailing(row: OverviewRow): boolean {
  return (
    row.failureCount > 0 ||
    row.problemCodes.length > 0 ||
    row.lastResult === "failed" ||
    row.lastResult === "partial"
  );
}

function firstSentence(sentences: readonly string[]): string | null {
  const [first] = sentences;
  return first === undefined ? null : clip(first, SENTENCE);
}
