import { describe, expect, it } from "vitest";
import { EMPTY_OUTBOX } from "../../src/domain/reconcile/notice.ts";
import { NO_ORDERS } from "../../src/domain/reconcile/orders.ts";
import type {
  EnvironmentStatus,
  RunRecord,
} from "../../src/domain/reconcile/status.ts";
import { summaryOf } from "../../src/engine/plan/summary.ts";
import {
  MAX_KEPT_RUNS,
  type ReconcileStore,
} from "../../src/ports/reconcile-store.ts";
import { aStoredPlan } from "./state-contract.ts";

/** A store under test. */
export interface ReconcileStoreHarness {
  /** Another handle on the same stored things, as a second process would have. */
  readonly open: () => ReconcileStore;
  /** Replaces text in everything that is stored of an environment. */
  readonly alter: (
    environment: string,
    from: string,
    to: string,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

const AT = "2026-01-01T00:00:00.000Z";
const SUMMARY = {
  ...summaryOf([], 3),
  create: 1,
  update: 2,
  accounts: { counted: 3, unknown: 1 },
};

/** A status with something in every member. */
export function aStatus(environment = "dev"): EnvironmentStatus {
  return {
    formatVersion: "1.0",
    environment,
    mode: "heal",
    isProduction: false,
    apiHost: "embedded",
    commit: "c".repeat(40),
    subject: "Widen “scopes” ü",
    appliedCommit: null,
    inputDigest: null,
    sync: "drifted",
    problems: [
      { code: "PLN101", message: "no", since: AT },
      { code: "PLN102", message: "no", fix: "yes", since: AT },
    ],
    ownedCount: 3,
    drift: [{ key: "mail", paths: ["/scopes"], isMissing: false, since: AT }],
    pending: {
      kind: "heal",
      digest: "sha256:a",
      intentDigest: "sha256:b",
      summary: SUMMARY,
      since: AT,
      waitsFor: ["an approval"],
      isApprovable: true,
    },
    suspension: { by: "alex", why: "audit", at: AT, until: null },
    heals: [{ key: "mail", paths: ["/scopes"], at: AT }],
    fights: [{ key: "mail", path: "/scopes", healCount: 4, since: AT }],
    accounts: [
      {
        key: "mail",
        byStatus: { ACTIVE: 2, EXPIRED: 1 },
        count: 3,
        lastUsedAt: AT,
      },
      { key: "chat", byStatus: null, count: "unknown", lastUsedAt: null },
    ],
    traffic: { requestCount: 9, errorCount: 1, medianMs: 1.5, slowestMs: null },
    tickCount: 7,
    lastTick: {
      reason: "interval",
      result: "drifted",
      startedAt: AT,
      finishedAt: AT,
      requestCount: 9,
    },
    lastSuccessAt: AT,
    nextTickAt: null,
    failureCount: 0,
    outbox: {
      ...EMPTY_OUTBOX,
      waiting: [
        {
          notice: {
            id: "n",
            kind: "drift-found",
            environment,
            isProduction: false,
            level: "warning",
            title: "drift",
            lines: ["one"],
            commit: null,
            at: AT,
          },
          deliveredTo: [],
          refusals: [{ receiver: "slack", message: "NTF001: no" }],
          attemptCount: 1,
          nextAttemptAt: AT,
        },
      ],
    },
  };
}

function aRun(messages: readonly string[], environment = "dev"): RunRecord {
  return {
    environment,
    reason: "commit",
    result: "healed",
    startedAt: AT,
    finishedAt: AT,
    requestCount: 4,
    commit: null,
    planDigest: "sha256:a",
    summary: SUMMARY,
    approvedBy: null,
    messages,
  };
}

/** The suite every store of the reconciler passes. */
export function describeReconcileStore(
  name: string,
  makeHarness: () => Promise<ReconcileStoreHarness>,
): void {
  const using = async (
    work: (harness: ReconcileStoreHarness) => Promise<void>,
  ): Promise<void> => {
    const harness = await makeHarness();
    try {
      await work(harness);
    } finally {
      await harness.close();
    }
  };

  describe(`store of the reconciler ${name}`, () => {
    it("holds nothing at first", () =>
      using(async ({ open }) => {
        const store = open();
        expect(await store.readStatus("dev")).toBeNull();
        expect(await store.readStatuses()).toEqual([]);
        expect(await store.readPending("dev")).toBeNull();
        expect(await store.readOrders("dev")).toEqual(NO_ORDERS);
        expect(await store.readRuns("dev", 10)).toEqual([]);
      }));

    it("gives every handle the status that was written last, of each environment", () =>
      using(async ({ open }) => {
        await open().writeStatus(aStatus("prod"));
        await open().writeStatus(aStatus("dev"));
        const next = { ...aStatus("dev"), tickCount: 8, accounts: null };
        await open().writeStatus(next);
        expect(await open().readStatus("dev")).toEqual(next);
        expect(await open().readStatuses()).toEqual([next, aStatus("prod")]);
      }));

    it("keeps the plan that waits, until none does", () =>
      using(async ({ open }) => {
        await open().writePending("dev", aStoredPlan("dev"));
        await open().writePending("prod", aStoredPlan("prod"));
        expect(await open().readPending("dev")).toEqual(aStoredPlan("dev"));
        await open().writePending("dev", null);
        await open().writePending("dev", null);
        expect(await open().readPending("dev")).toBeNull();
        expect(await open().readPending("prod")).toEqual(aStoredPlan("prod"));
      }));

    it("loses no order of many that are given at once", () =>
      using(async ({ open }) => {
        const people = Array.from(
          { length: 6 },
          (_, i) => `person-${String(i)}`,
        );
        await Promise.all(
          people.map((by) =>
            open().changeOrders("dev", (orders) => ({
              ...orders,
              approvals: [
                ...orders.approvals,
                { intentDigest: "sha256:a", by, at: AT },
              ],
            })),
          ),
        );
        const { approvals } = await open().readOrders("dev");
        expect(approvals.map(({ by }) => by).sort()).toEqual(people);
        expect(await open().readOrders("prod")).toEqual(NO_ORDERS);
      }));

    it("changes no order when the change is refused, and gives what holds then", () =>
      using(async ({ open }) => {
        const suspended = {
          ...NO_ORDERS,
          suspension: { by: "alex", why: "audit", at: AT, until: null },
          reconcileNow: { by: "sam", at: AT },
        };
        expect(await open().changeOrders("dev", () => suspended)).toEqual(
          suspended,
        );
        const refusal = new Error("no");
        await expect(
          open().changeOrders("dev", () => {
            throw refusal;
          }),
        ).rejects.toThrow(refusal);
        expect(await open().readOrders("dev")).toEqual(suspended);
      }));

    it(
      "keeps the latest runs, newest first, and forgets those beyond the limit",
      () =>
        using(async ({ open }) => {
          const store = open();
          const count = MAX_KEPT_RUNS + 3;
          for (let i = 0; i < count; i += 1)
            await store.appendRun(aRun([String(i)]));
          await store.appendRun(aRun(["other"], "prod"));
          const runs = await open().readRuns("dev", 2 * MAX_KEPT_RUNS);
          expect(runs).toHaveLength(MAX_KEPT_RUNS);
          expect(runs.slice(0, 2)).toEqual([
            aRun([String(count - 1)]),
            aRun([String(count - 2)]),
          ]);
          expect(await open().readRuns("dev", 1)).toEqual([
            aRun([String(count - 1)]),
          ]);
          expect(await open().readRuns("dev", 0)).toEqual([]);
        }),
      60_000,
    );

    it.each([
      ["an altered value", "mail", "nail"],
      ["another format", '"format":"1.0"', '"format":"9.0"'],
      ["no JSON", "{", "["],
    ])("refuses %s, and never takes it for nothing", (_what, from, to) =>
      using(async ({ open, alter }) => {
        await open().writeStatus(aStatus());
        await open().appendRun(aRun(["mail"]));
        await open().changeOrders("dev", () => ({
          ...NO_ORDERS,
          reconcileNow: { by: "mail", at: AT },
        }));
        await alter("dev", from, to);
        const damaged = { code: "STA001" };
        for (const read of [
          () => open().readStatus("dev"),
          () => open().readStatuses(),
          () => open().readOrders("dev"),
          () => open().readRuns("dev", 5),
          () => open().changeOrders("dev", (orders) => orders),
        ])
          await expect(read()).rejects.toMatchObject(damaged);
      }),
    );

    it("refuses a plan whose content was altered", () =>
      using(async ({ open, alter }) => {
        await open().writePending("dev", aStoredPlan("dev"));
        await alter("dev", "memory", "another");
        await expect(open().readPending("dev")).rejects.toMatchObject({
          code: "STA001",
        });
      }));
  });
}
