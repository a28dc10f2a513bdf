import type { DriftReport } from "../../src/domain/drift.ts";
import type { Diagnostic } from "../../src/domain/problem/diagnostic.ts";
import type { RunEvent } from "../../src/domain/state/event.ts";
import type {
  Plan,
  PlanAction,
  PlanChange,
} from "../../src/domain/generated/plan.ts";
import type { Receipt } from "../../src/domain/state/ledger.ts";
import type { Outcome } from "../../src/domain/state/outcome.ts";
import { summaryOf } from "../../src/engine/plan/summary.ts";
import type { StatusReport } from "../../src/features/status/report.ts";

/**
 * Fills one free-text slot of a sample. Tests pass the label through, or add something hostile to
 * it.
 */
export type Fill = (label: string) => string;

/** The label itself: what a friendly document would hold. */
export const friendly: Fill = (label) => label;

const DIGEST = `sha256:${"ab".repeat(32)}`;

/** A change with every optional member present. */
export function aFullChange(fill: Fill, action: PlanAction): PlanChange {
  return {
    action,
    key: fill("gmail-support"),
    previous_key: fill("gmail-old"),
    provider: fill("gmail"),
    auth_type: fill("oauth2"),
    remote_id: fill("conn_1"),
    precondition: { fingerprint: DIGEST },
    fields: [
      {
        path: fill("/scopes"),
        class: "edit",
        effect: "write",
        semantics: "set",
        before: [fill("read"), fill("send")],
        after: [fill("read"), fill("modify")],
        location: { file: fill("connections/a.yaml"), line: 4, column: 3 },
      },
      {
        path: fill("/settings/user_agent"),
        class: "conflict",
        effect: "write",
        semantics: "scalar",
        before: fill("live agent"),
        after: fill("desired agent"),
        last_applied: fill("applied agent"),
      },
      {
        path: fill("/settings/base_headers"),
        class: "unmanaged",
        effect: "record",
        semantics: "map",
        before: { [fill("x-name")]: fill("value") },
      },
    ],
    operations: [],
    secrets: [
      {
        path: fill("/credentials/client_secret"),
        state: "changed",
        reference: fill("secret://gmail/client_secret"),
        before: "v1.k1.7c1e0123456789abcdef",
        after: "v1.k1.91ab0123456789abcdef",
      },
      {
        path: fill("/credentials/api_key"),
        state: "unknown",
        reference: fill("env://API_KEY"),
      },
    ],
    desired: null,
    steps: ["configure", "record"],
    is_protected: true,
    location: { file: fill("connections/gmail.yaml"), line: 1, column: 1 },
    scopes: [
      {
        path: fill("/scopes"),
        scope: fill("modify"),
        change: "gained",
        tier: "sensitive",
        meaning: fill("read and write mail"),
      },
      {
        path: fill("/scopes"),
        scope: fill("send"),
        change: "lost",
        tier: "unclassified",
      },
      {
        path: fill("/settings/user_agent"),
        scope: fill("optional"),
        change: "gained",
        tier: "read-only",
        meaning: fill("see calendars"),
      },
    ],
    risks: [
      { code: fill("scope.added"), level: "high", message: fill("may write") },
    ],
    impact: { connected_accounts: 412 },
  };
}

/** A plan with every part present: all actions, a refusal, a permitted one, notes. */
export function aFullPlan(fill: Fill): Plan {
  const actions: readonly PlanAction[] = [
    "create",
    "update",
    "replace",
    "delete",
    "adopt",
    "forget",
    "rename",
    "noop",
  ];
  return {
    format_version: "1.0",
    kind: "plan",
    digest: fill(DIGEST),
    tool: { name: "tieline", version: fill("0.1.0") },
    created_at: fill("2026-01-02T03:04:05Z"),
    expires_at: fill("2026-01-03T03:04:05Z"),
    environment: fill("dev"),
    target: { driver: fill("scalekit"), api_host: fill("embedded") },
    intent_digest: DIGEST,
    source: {
      commit: fill("1a2b3c4"),
      dirty: true,
      documents_digest: DIGEST,
      rules: { limits: DIGEST },
    },
    live_digest: DIGEST,
    state_id: fill("4fe1"),
    inventory_serial: 3,
    changes: actions.map((action) => aFullChange(fill, action)),
    orphans: [aLiveRef(fill, "orphan")],
    unmanaged: [aLiveRef(fill, "handmade")],
    local: [{ key: fill("jira"), paths: [fill("/settings/timeout")] }],
    findings: [
      {
        code: fill("PLN002"),
        level: "warn",
        message: fill("a permitted thing"),
        override: { reason: fill("agreed"), until: fill("2026-12-31") },
      },
      {
        code: fill("PLN001"),
        level: "refuse",
        key: fill("gmail-support"),
        message: fill("a refused thing"),
        fix: fill("ask first"),
        location: { file: fill("environments/dev.yaml"), line: 9, column: 1 },
      },
    ],
    summary: {
      create: 1,
      update: 1,
      replace: 1,
      delete: 1,
      adopt: 1,
      forget: 1,
      rename: 1,
      noop: 1,
      unchanged: 30,
    },
  };
}

/** A plan in which nothing is to be done. */
export function anEmptyPlan(): Plan {
  return {
    ...aFullPlan(friendly),
    changes: [],
    orphans: [],
    unmanaged: [],
    local: [],
    findings: [],
    expires_at: null,
    summary: summaryOf([], 30),
  };
}

/** A diagnostic with every optional member present. */
export function aFullDiagnostic(fill: Fill): Diagnostic {
  return {
    code: "INT001",
    severity: "error",
    message: fill('unknown field "clientID" in connection "acme-crm"'),
    location: {
      file: fill("environments/prod/acme-crm.yaml"),
      line: 14,
      column: 7,
    },
    frame: {
      line: 14,
      text: fill("      clientID: abc123"),
      column: 7,
      length: 8,
    },
    why: fill("fields are checked against the schema"),
    fix: fill('rename it to "client_id"'),
  };
}

/** An outcome with every optional member present. */
export function aFullOutcome(fill: Fill, status: Outcome["status"]): Outcome {
  return {
    key: fill("gmail-support"),
    action: fill("update"),
    status,
    code: fill("DRV004"),
    message: fill("the API refused"),
    remoteId: fill("conn_1"),
    steps: [{ step: "configure", requestDigest: DIGEST }],
  };
}

/** A receipt with one outcome of each status. */
export function aFullReceipt(fill: Fill): Receipt {
  return {
    formatVersion: "1.0",
    kind: "receipt",
    runId: fill("run-1"),
    environment: fill("dev"),
    apiHost: fill("embedded"),
    planDigest: fill(DIGEST),
    commit: fill("1a2b3c4"),
    actor: fill("ci"),
    startedAt: fill("2026-01-02T03:04:05Z"),
    finishedAt: fill("2026-01-02T03:04:09Z"),
    result: "partial",
    outcomes: (["applied", "skipped", "failed", "unknown"] as const).map(
      (status) => aFullOutcome(fill, status),
    ),
    previous: null,
    digest: DIGEST,
  };
}

/** A drift report with every part present. */
export function aFullDriftReport(fill: Fill): DriftReport {
  return {
    environment: fill("dev"),
    apiHost: fill("embedded"),
    checkedCount: 12,
    drifted: [
      {
        key: fill("gmail-support"),
        remoteId: fill("conn_1"),
        provider: fill("gmail"),
        fields: [
          {
            path: fill("/scopes"),
            semantics: "set",
            class: "drift",
            last: [fill("read")],
            live: [fill("send")],
          },
          {
            path: fill("/settings/user_agent"),
            semantics: "scalar",
            class: "conflict",
            last: fill("applied agent"),
            live: fill("live agent"),
            desired: fill("desired agent"),
          },
        ],
        scopes: [
          {
            path: fill("/scopes"),
            scope: fill("send"),
            change: "gained",
            tier: "read-write",
            meaning: fill("send mail"),
          },
        ],
      },
    ],
    missing: [fill("jira")],
    unreadable: [{ key: fill("odd"), why: fill("it says two things") }],
    unmanaged: [
      {
        key: fill("handmade"),
        remoteId: fill("conn_9"),
        provider: fill("slack"),
      },
    ],
  };
}

/** A status report with every part present. */
export function aFullStatusReport(fill: Fill): StatusReport {
  return {
    environment: fill("dev"),
    apiHost: fill("embedded"),
    statePlace: fill(".tieline/state/dev"),
    inventory: {
      formatVersion: "1.0",
      environment: fill("dev"),
      apiHost: fill("embedded"),
      stateId: "state",
      serial: 4,
      entries: [
        {
          key: fill("gmail-support"),
          remoteId: fill("conn_1"),
          provider: fill("gmail"),
          authType: fill("oauth2"),
          lastApplied: {},
          secrets: {},
          isProtected: true,
          phase: "pending",
          appliedAt: fill("2026-01-02T03:04:05Z"),
          planDigest: DIGEST,
        },
      ],
    },
    receipts: [aFullReceipt(fill)],
    openRun: {
      runId: fill("run-2"),
      planDigest: fill(DIGEST),
      startedAt: fill("2026-01-02T03:05:00Z"),
      finishedCount: 1,
      openKeys: [fill("jira")],
    },
    accounts: [
      {
        key: fill("gmail-support"),
        count: 1,
        listed: [
          {
            idHash: fill(DIGEST),
            status: fill("EXPIRED"),
            updatedAt: null,
            lastUsedAt: "2026-01-02T03:05:00Z",
          },
        ],
      },
      { key: fill("jira"), count: 900, listed: "unknown" },
    ],
    rotation: [
      {
        connection: fill("gmail-support"),
        pointer: fill("/credentials/client_secret"),
        every: fill("90d"),
        appliedAt: fill("2026-01-02T03:04:05Z"),
        dueAt: fill("2026-04-02T03:04:05.000Z"),
        isOverdue: true,
      },
    ],
    live: [
      aListed(fill, "gmail-support", "conn_1"),
      aListed(fill, "handmade", "conn_9"),
    ],
  };
}

/** One event of each kind. */
export function allEvents(fill: Fill): readonly RunEvent[] {
  return [
    { kind: "phase", phase: "observe" },
    { kind: "listed", count: 30 },
    { kind: "fetched", done: 3, total: 30 },
    {
      kind: "change-started",
      key: fill("gmail-support"),
      action: fill("update"),
    },
    { kind: "step", key: fill("gmail-support"), step: fill("configure") },
    {
      kind: "change-finished",
      outcome: aFullOutcome(fill, "failed"),
      done: 1,
      total: 4,
    },
    { kind: "notice", message: fill("waiting for the API") },
  ];
}

function aLiveRef(fill: Fill, key: string): Plan["orphans"][number] {
  return {
    key: fill(key),
    remote_id: fill("conn_2"),
    provider: fill("slack"),
  };
}

function aListed(
  fill: Fill,
  key: string,
  remoteId: string,
): NonNullable<StatusReport["live"]>[number] {
  return {
    key: fill(key),
    remoteId: fill(remoteId),
    provider: fill("gmail"),
    authType: fill("oauth2"),
    status: fill("COMPLETED"),
    isEnabled: true,
  };
}
