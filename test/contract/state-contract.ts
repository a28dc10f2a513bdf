import { describe, expect, it } from "vitest";
import type { Inventory } from "../../src/domain/state/inventory.ts";
import type { JournalEntry, Receipt } from "../../src/domain/state/ledger.ts";
import { createHash } from "node:crypto";
import type { Plan } from "../../src/domain/generated/plan.ts";
import { summaryOf } from "../../src/engine/plan/summary.ts";
import { canonicalJson } from "../../src/util/canonical-json.ts";
import { systemProcesses } from "../../src/environment/processes.ts";
import type { ProcessMark } from "../../src/ports/processes.ts";
import type {
  Lease,
  LeaseHolder,
  StateStore,
} from "../../src/ports/state-store.ts";

/**
 * One state under test. `open` gives another handle on the same stored state, as a second process
 * would have.
 */
export interface StateHarness {
  readonly open: () => StateStore;
  readonly close: () => Promise<void>;
  /** True when a lease ends with its process by nature, so nothing is remembered of the process. */
  readonly forgetsHolders?: boolean;
  /** Lets the time of a lease run out; missing where it has no end. */
  readonly pass?: (lease: Lease) => Promise<void>;
}

const SELF = systemProcesses.self;
const SELF_MARK: ProcessMark = SELF ?? {
  boot: "",
  pidNamespace: "",
  started: "",
};

const HOLDER: LeaseHolder = {
  actor: "alex",
  host: "here",
  pid: 1,
  runId: "run-1",
};

const BEGIN: JournalEntry = {
  kind: "begin",
  runId: "r",
  planDigest: "d",
  commit: null,
  actor: "alex",
  at: "t",
};
const STEP: JournalEntry = {
  kind: "step",
  key: "gmail",
  action: "create",
  step: "create",
  at: "t",
};

/** An inventory of one entry with this serial. */
export function anInventory(serial: number): Inventory {
  return {
    formatVersion: "1.0",
    environment: "dev",
    apiHost: "embedded",
    stateId: "state",
    serial,
    entries: [
      {
        key: "gmail",
        remoteId: "conn_1",
        provider: "gmail",
        authType: "oauth2",
        lastApplied: { "/scopes": ["a", "ü"], "/settings/pkce": null },
        secrets: {
          "/credentials/client_secret": {
            cipherDigest: "sha256:00",
            appliedAt: "2026-01-01T00:00:00.000Z",
          },
        },
        isProtected: true,
        phase: "applied",
        appliedAt: "2026-01-01T00:00:00.000Z",
        planDigest: "sha256:11",
      },
    ],
  };
}

/** A receipt that follows another. */
export function aReceipt(digest: string, previous: string | null): Receipt {
  return {
    formatVersion: "1.0",
    kind: "receipt",
    runId: "run-1",
    environment: "dev",
    apiHost: "embedded",
    planDigest: "sha256:11",
    commit: null,
    actor: "alex",
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:01.000Z",
    result: "applied",
    outcomes: [],
    previous,
    digest,
  };
}

/** A plan as far as storing it goes, under the digest of its content. */
export function aStoredPlan(environment = "dev"): Plan {
  const content = {
    format_version: "1.0",
    kind: "plan" as const,
    tool: { name: "tieline" as const, version: "0.1.0" },
    created_at: "2026-01-01T00:00:00.000Z",
    expires_at: null,
    environment,
    target: { driver: "memory", api_host: "embedded" },
    intent_digest: "sha256:00",
    source: {
      commit: null,
      dirty: null,
      documents_digest: "sha256:00",
      rules: {},
    },
    live_digest: "sha256:00",
    state_id: null,
    inventory_serial: 0,
    changes: [],
    orphans: [],
    unmanaged: [],
    local: [],
    findings: [],
    summary: summaryOf([], 0),
  };
  const hex = createHash("sha256").update(canonicalJson(content)).digest("hex");
  return { ...content, digest: `sha256:${hex}` };
}

/** The suite every state backend passes. */
export function describeState(
  name: string,
  makeHarness: () => Promise<StateHarness>,
): void {
  const using = async (
    work: (harness: StateHarness) => Promise<void>,
  ): Promise<void> => {
    const harness = await makeHarness();
    try {
      await work(harness);
    } finally {
      await harness.close();
    }
  };

  describe(`state backend ${name}`, () => {
    it("holds nothing at first", () =>
      using(async ({ open }) => {
        const state = open();
        expect(await state.readInventory()).toBeNull();
        expect(await state.readLedger()).toEqual([]);
        expect(await state.readJournal()).toEqual([]);
      }));

    it("gives another handle the inventory that was written", () =>
      using(async ({ open }) => {
        await open().writeInventory(anInventory(1));
        await open().writeInventory(anInventory(2));
        expect(await open().readInventory()).toEqual(anInventory(2));
      }));

    it.each([0, 2, 7])("refuses a first inventory with serial %i", (serial) =>
      using(async ({ open }) => {
        await expect(
          open().writeInventory(anInventory(serial)),
        ).rejects.toMatchObject({ code: "STA002" });
        expect(await open().readInventory()).toBeNull();
      }),
    );

    it("refuses a second writer that read the same serial", () =>
      using(async ({ open }) => {
        await open().writeInventory(anInventory(1));
        await expect(
          open().writeInventory(anInventory(1)),
        ).rejects.toMatchObject({ code: "STA002" });
      }));

    it("keeps receipts in order and refuses one that does not follow the last", () =>
      using(async ({ open }) => {
        await open().appendReceipt(aReceipt("sha256:a", null));
        await open().appendReceipt(aReceipt("sha256:b", "sha256:a"));
        await expect(
          open().appendReceipt(aReceipt("sha256:c", "sha256:a")),
        ).rejects.toMatchObject({ code: "STA002" });
        expect((await open().readLedger()).map((r) => r.digest)).toEqual([
          "sha256:a",
          "sha256:b",
        ]);
      }));

    it("keeps journal entries until they are cleared", () =>
      using(async ({ open }) => {
        const lease = await open().acquireLease(HOLDER);
        await open().appendJournal(BEGIN, lease);
        await open().appendJournal(STEP, lease);
        expect((await open().readJournal()).map((e) => e.kind)).toEqual([
          "begin",
          "step",
        ]);
        await open().clearJournal(lease);
        expect(await open().readJournal()).toEqual([]);
      }));

    it("gives each holder of the lease a higher fence, however the one before ended", () =>
      using(async ({ open }) => {
        const first = await open().acquireLease(HOLDER);
        await first.renew();
        await first.release();
        const second = await open().acquireLease(HOLDER);
        await open().breakLease(second.id);
        const third = await open().acquireLease(HOLDER);
        expect(first.fence).toBeGreaterThan(0);
        expect(second.fence).toBeGreaterThan(first.fence);
        expect(third.fence).toBeGreaterThan(second.fence);
      }));

    it("lets nobody record anything under a lease that was given back or taken", () =>
      using(async ({ open }) => {
        const lost = await open().acquireLease(HOLDER);
        await open().appendJournal(BEGIN, lost);
        await open().breakLease(lost.id);
        const refused = { code: "STA004" };
        const held = await open().acquireLease(HOLDER);
        for (const write of [
          () => open().appendJournal(STEP, lost),
          () => open().writeInventory(anInventory(1), lost),
          () => open().appendReceipt(aReceipt("sha256:a", null), lost),
          () => open().clearJournal(lost),
        ])
          await expect(write()).rejects.toMatchObject(refused);
        expect(await open().readJournal()).toEqual([BEGIN]);
        expect(await open().readInventory()).toBeNull();
        expect(await open().readLedger()).toEqual([]);
        await open().appendJournal(STEP, held);
        await open().writeInventory(anInventory(1), held);
        await open().appendReceipt(aReceipt("sha256:a", null), held);
        await open().clearJournal(held);
        expect(await open().readJournal()).toEqual([]);
      }));

    it("lets nobody record anything when the time of the lease is up", () =>
      using(async ({ open, pass }) => {
        if (pass === undefined) return;
        const lease = await open().acquireLease(HOLDER);
        await pass(lease);
        for (const write of [
          () => open().appendJournal(STEP, lease),
          () => open().writeInventory(anInventory(1), lease),
          () => open().appendReceipt(aReceipt("sha256:a", null), lease),
        ])
          await expect(write()).rejects.toMatchObject({ code: "STA004" });
        expect(await open().readJournal()).toEqual([]);
        const next = await open().acquireLease(HOLDER);
        expect(next.fence).toBeGreaterThan(lease.fence);
      }));

    it("gives the lease to one holder at a time", () =>
      using(async ({ open }) => {
        const lease = await open().acquireLease(HOLDER);
        await expect(
          open().acquireLease({ ...HOLDER, runId: "run-2" }),
        ).rejects.toMatchObject({ code: "STA003" });
        await lease.release();
        await (
          await open().acquireLease({ ...HOLDER, runId: "run-3" })
        ).release();
      }));

    it("gives the lease to exactly one of many that ask at once", () =>
      using(async ({ open }) => {
        const asked = Array.from({ length: 12 }, (_, i) =>
          open().acquireLease({ ...HOLDER, runId: `run-${String(i)}` }),
        );
        const results = await Promise.allSettled(asked);
        expect(results.filter((r) => r.status === "fulfilled")).toHaveLength(1);
      }));

    it.skipIf(SELF === null).each([
      ["of another container", { pidNamespace: "pid:[1]" }],
      ["of another boot", { boot: "another" }],
    ])(
      "never takes the lease from a process %s before its time, whatever its host and id",
      (_, parts) =>
        using(async ({ open, forgetsHolders }) => {
          if (forgetsHolders === true) return;
          const held = { ...SELF_MARK, ...parts, started: "1" };
          const lease = await open().acquireLease({ ...HOLDER, mark: held });
          await expect(open().acquireLease(HOLDER)).rejects.toMatchObject({
            code: "STA003",
          });
          await lease.renew();
          await expect(open().acquireLease(HOLDER)).rejects.toMatchObject({
            code: "STA003",
          });
        }),
    );

    it("never takes the lease before its time from a process that has no mark", () =>
      using(async ({ open }) => {
        await open().acquireLease({ ...HOLDER, pid: 0x7fffffff });
        await expect(open().acquireLease(HOLDER)).rejects.toMatchObject({
          code: "STA003",
        });
      }));

    it.skipIf(SELF === null)(
      "takes the lease over at once from a process of this boot and container that is gone",
      () =>
        using(async ({ open, forgetsHolders }) => {
          if (forgetsHolders === true) return;
          const gone = { ...HOLDER, pid: process.pid };
          const first = await open().acquireLease({
            ...gone,
            mark: { ...SELF_MARK, started: "1" },
          });
          const next = await open().acquireLease({ ...HOLDER, runId: "run-2" });
          await expect(first.renew()).rejects.toMatchObject({ code: "STA004" });
          await next.release();
        }),
    );

    it("keeps plans under their digests", () =>
      using(async ({ open }) => {
        const plan = aStoredPlan();
        expect(await open().readPlan(plan.digest)).toBeNull();
        await open().storePlan(plan);
        await open().storePlan(plan);
        await open().storePlan(aStoredPlan("prod"));
        expect(await open().readPlan(plan.digest)).toEqual(plan);
        expect(await open().readPlan("sha256:../../x")).toBeNull();
      }));

    it("takes a copy of another state only where it stands at the serial that was looked at", () =>
      using(async ({ open }) => {
        await open().writeInventory(anInventory(1));
        await open().appendReceipt(aReceipt("sha256:a", null));
        const plan = aStoredPlan();
        const content = {
          inventory: anInventory(7),
          ledger: [
            aReceipt("sha256:a", null),
            aReceipt("sha256:b", "sha256:a"),
          ],
          plans: [plan],
        };
        await expect(open().replace(content, 0)).rejects.toMatchObject({
          code: "STA002",
        });
        expect(await open().readInventory()).toEqual(anInventory(1));
        await open().replace(content, 1);
        expect(await open().readInventory()).toEqual(anInventory(7));
        expect(await open().readLedger()).toEqual(content.ledger);
        expect(await open().readPlan(plan.digest)).toEqual(plan);
        await open().writeInventory(anInventory(8));
      }));

    it("loses no update of many writers at once: one of them stores each serial", () =>
      using(async ({ open }) => {
        await open().writeInventory(anInventory(1));
        const writers = Array.from({ length: 5 }, () =>
          open().writeInventory(anInventory(2)),
        );
        const results = await Promise.allSettled(writers);
        expect(results.filter((r) => r.status === "fulfilled")).toHaveLength(1);
        for (const result of results)
          if (result.status === "rejected")
            expect(result.reason).toMatchObject({ code: "STA002" });
        expect(await open().readInventory()).toEqual(anInventory(2));
      }));

    it("tells who holds the lease, and breaks it for who names it", () =>
      using(async ({ open }) => {
        expect(await open().readLease()).toBeNull();
        await expect(open().breakLease("any")).rejects.toMatchObject({
          code: "STA002",
        });
        const lease = await open().acquireLease(HOLDER);
        expect(await open().readLease()).toMatchObject({
          id: lease.id,
          actor: "alex",
          runId: "run-1",
        });
        await expect(open().breakLease("another")).rejects.toMatchObject({
          code: "STA002",
        });
        await lease.renew();
        await open().breakLease(lease.id);
        expect(await open().readLease()).toBeNull();
        await expect(lease.renew()).rejects.toMatchObject({ code: "STA004" });
        await lease.release();
        await (await open().acquireLease(HOLDER)).release();
      }));

    it("makes the fingerprint key once", () =>
      using(async ({ open }) => {
        const keys = await Promise.all([
          open().fingerprintKey(),
          open().fingerprintKey(),
          open().fingerprintKey(),
        ]);
        const [first] = keys;
        expect(first).toHaveLength(32);
        for (const key of keys)
          expect(Buffer.from(key).equals(Buffer.from(first ?? []))).toBe(true);
      }));
  });
}
