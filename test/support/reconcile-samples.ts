import type {
  EnvironmentStatus,
  RunRecord,
} from "../../src/domain/reconcile/status.ts";
import { summaryOf } from "../../src/engine/plan/summary.ts";
import type { Fill } from "./render-samples.ts";

/** The digest that plans of samples have. */
export const SAMPLE_DIGEST = `sha256:${"ab".repeat(32)}`;
/** When samples were made. */
export const SAMPLE_NOW: number = Date.UTC(2026, 0, 1, 12);

/** So many minutes before samples were made. */
export function minutesAgo(minutes: number): string {
  return new Date(SAMPLE_NOW - minutes * 60_000).toISOString();
}

/** An environment of which nothing is to be said. */
export function aQuietStatus(
  environment: string,
  some: Partial<EnvironmentStatus> = {},
): EnvironmentStatus {
  return {
    formatVersion: "1.0",
    environment,
    mode: "heal",
    isProduction: false,
    apiHost: "api.example",
    commit: "1a2b3c4d5e6f70819203",
    subject: "Add a scope",
    appliedCommit: "1a2b3c4d5e6f70819203",
    inputDigest: SAMPLE_DIGEST,
    sync: "in-sync",
    problems: [],
    ownedCount: 12,
    drift: [],
    pending: null,
    suspension: null,
    heals: [],
    fights: [],
    accounts: [],
    traffic: {
      requestCount: 40,
      errorCount: 1,
      medianMs: 20,
      slowestMs: 1200,
    },
    tickCount: 7,
    lastTick: {
      reason: "interval",
      result: "in-sync",
      startedAt: minutesAgo(5),
      finishedAt: minutesAgo(5),
      requestCount: 2,
    },
    lastSuccessAt: minutesAgo(5),
    nextTickAt: minutesAgo(-5),
    failureCount: 0,
    outbox: { waiting: [], settled: [] },
    ...some,
  };
}

/** An environment with every part present; `fill` makes every text that comes from outside. */
export function aFullStatus(
  environment: string,
  fill: Fill,
): EnvironmentStatus {
  const notice = {
    id: fill("n1"),
    kind: "failed",
    environment,
    isProduction: true,
    level: "alert",
    title: fill("prod fails"),
    lines: [fill("a line")],
    commit: fill("1a2b3c4"),
    at: minutesAgo(3),
  } as const;
  return aQuietStatus(environment, {
    mode: "propose",
    isProduction: true,
    apiHost: fill("api.example"),
    commit: fill("1a2b3c4"),
    subject: fill("Add a scope"),
    appliedCommit: fill("9a2b3c4"),
    sync: "drifted",
    problems: [
      {
        code: "DRV007",
        message: fill("the platform does not answer"),
        fix: fill("wait"),
        since: minutesAgo(90),
      },
    ],
    drift: [
      {
        key: fill("gmail-support"),
        paths: [fill("/scopes"), fill("/settings/user_agent")],
        isMissing: false,
        since: minutesAgo(60),
      },
      { key: fill("slack"), paths: [], isMissing: true, since: minutesAgo(59) },
    ],
    pending: {
      kind: "rollout",
      digest: SAMPLE_DIGEST,
      intentDigest: SAMPLE_DIGEST,
      summary: { ...summaryOf([], 9), create: 1, update: 2 },
      since: minutesAgo(50),
      waitsFor: [fill("an approval of this digest")],
      isApprovable: true,
    },
    heals: [
      { key: fill("jira"), paths: [fill("/scopes")], at: minutesAgo(20) },
    ],
    fights: [
      {
        key: fill("hubspot"),
        path: fill("/scopes"),
        healCount: 5,
        since: minutesAgo(300),
      },
    ],
    accounts: [
      {
        key: fill("gmail-support"),
        byStatus: { ACTIVE: 400, EXPIRED: 12, [fill("NEW")]: 1 },
        count: 412,
        lastUsedAt: minutesAgo(2),
      },
      {
        key: fill("slack"),
        byStatus: null,
        count: "unknown",
        lastUsedAt: null,
      },
    ],
    failureCount: 3,
    outbox: {
      waiting: [
        {
          notice,
          deliveredTo: [],
          refusals: [],
          attemptCount: 2,
          nextAttemptAt: minutesAgo(-1),
        },
      ],
      settled: [
        {
          id: fill("n0"),
          kind: "failed",
          title: fill("prod failed"),
          at: minutesAgo(4),
          deliveredTo: [],
          failures: [fill("slack: 404")],
        },
      ],
    },
  });
}

/** A line of history with every part present. */
export function aFullRun(environment: string, fill: Fill): RunRecord {
  return {
    environment,
    reason: "commit",
    result: "rolled-out",
    startedAt: minutesAgo(8),
    finishedAt: minutesAgo(7),
    requestCount: 14,
    commit: fill("1a2b3c4"),
    planDigest: fill(SAMPLE_DIGEST),
    summary: { ...summaryOf([], 9), create: 1 },
    approvedBy: fill("reviewer"),
    messages: [fill("1 connection was created")],
  };
}
