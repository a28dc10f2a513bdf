import { describe, expect, it } from "vitest";
import { connectionText } from "../support/cli.ts";
import { aReconcileWorld, nameOf } from "../support/reconcile-world.ts";

const [first, second] = [nameOf(0), nameOf(1)];

describe("a tick", () => {
  it("rolls out what was never applied where the mode is enforce, and then writes nothing", async () => {
    const world = await aReconcileWorld({ mode: "enforce" });
    const rolled = await world.tick("start");
    expect(rolled.problems).toEqual([]);
    expect(rolled).toMatchObject({
      sync: "in-sync",
      lastTick: { result: "rolled-out" },
      pending: null,
    });
    expect(world.live(first)).toMatchObject({ key_id: first });
    world.requests();
    for (let round = 0; round < 3; round += 1)
      expect(await world.tick()).toMatchObject({
        sync: "in-sync",
        lastTick: { result: "in-sync" },
        ownedCount: 3,
      });
    expect(world.requests().filter(({ isWrite }) => isWrite)).toEqual([]);
  });

  it.each(["observe", "propose", "heal"])(
    "only tells what waits where the mode is %s",
    async (mode) => {
      const world = await aReconcileWorld({ mode });
      expect(await world.tick("start")).toMatchObject({
        sync: "pending",
        pending: { kind: "rollout", isApprovable: mode !== "observe" },
      });
      expect(world.live(first)).toBeUndefined();
    },
  );

  it("carries out a plan that was approved by its digest, and uses the approval up", async () => {
    const world = await aReconcileWorld({ mode: "propose" });
    const { pending } = await world.tick("start");
    await world.store.changeOrders("dev", (orders) => ({
      ...orders,
      approvals: [
        {
          intentDigest: pending?.intentDigest ?? "",
          by: "alex",
          at: "2026-01-01T00:00:00.000Z",
        },
      ],
    }));
    expect(await world.tick("order")).toMatchObject({
      sync: "in-sync",
      lastTick: { result: "rolled-out" },
    });
    expect((await world.store.readOrders("dev")).approvals).toEqual([]);
    const [run] = await world.store.readRuns("dev", 1);
    expect(run).toMatchObject({ approvedBy: "alex", summary: { create: 3 } });
  });

  it("takes drift back to what was applied last, and never to a commit that waits", async () => {
    const world = await aReconcileWorld({ mode: "enforce" });
    await world.tick("start");
    await world.commit({
      "environments/dev/environment.yaml": world.repository
        .git(world.clone, "show", "HEAD:environments/dev/environment.yaml")
        .replace("mode: enforce", "mode: heal"),
      [`connections/${second}.yaml`]: connectionText(second, ["new"]),
    });
    await world.tick("commit");
    await world.move(first, { oauth_config: { scopes: ["by-hand"] } });
    await world.move(second, { oauth_config: { scopes: ["by-hand"] } });
    // The list does not show scopes: it is the turn of each connection within twelve ticks.
    for (let round = 0; round < 13; round += 1) await world.tick();
    expect(world.live(first)).toMatchObject({
      oauth_config: { scopes: ["a"] },
    });
    expect(world.live(second)).toMatchObject({
      oauth_config: { scopes: ["a"] },
    });
    expect(await world.store.readStatus("dev")).toMatchObject({
      sync: "pending",
      pending: { kind: "rollout" },
      drift: [],
    });
  });

  it("goes no further than the process was started for, whatever the documents say", async () => {
    const world = await aReconcileWorld({
      mode: "enforce",
      limit: (rules) => ({
        ...rules,
        reconcile: { ...rules.reconcile, mode: "observe" },
      }),
    });
    for (const reason of ["start", "commit", "order"] as const)
      expect(await world.tick(reason)).toMatchObject({
        mode: "observe",
        pending: { isApprovable: false },
      });
    expect(world.requests().filter(({ isWrite }) => isWrite)).toEqual([]);
  });

  it("costs the pages of the list and one read in twelve while nothing changes, and no write", async () => {
    const world = await aReconcileWorld({
      mode: "enforce",
      settings: ["full_read_every: 12"],
      connections: 62,
    });
    await world.tick("start");
    await world.tick();
    world.requests();
    for (let round = 0; round < 13; round += 1) {
      const { lastTick } = await world.tick();
      const made = world.requests();
      expect(made.filter(({ isWrite }) => isWrite)).toEqual([]);
      // 3 pages of 30, and 62 / 12 reads in turn.
      expect(made).toHaveLength(3 + 6);
      expect(lastTick?.requestCount).toBe(9);
    }
  }, 60_000);

  it("costs a request more for each twenty connections where it is the turn of their accounts, and none otherwise", async () => {
    const world = await aReconcileWorld({
      mode: "enforce",
      settings: ["full_read_every: 12", "accounts_every: 4"],
      connections: 62,
    });
    await world.tick("start");
    const { accounts } = await world.tick();
    expect(accounts).toHaveLength(62);
    expect(accounts?.[0]).toEqual({
      key: first,
      byStatus: {},
      count: 0,
      lastUsedAt: null,
    });
    world.requests();
    const counts: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      // A process that begins anew takes no turn for it.
      const before = (await world.store.readStatus("dev"))?.tickCount ?? 0;
      const status = await world.tick();
      expect(status.accounts).toHaveLength(62);
      const made = world.requests();
      const asked = made.filter(({ path }) =>
        path.startsWith("/api/v1/connected_accounts"),
      );
      expect(asked).toHaveLength(before % 4 === 0 ? 4 : 0);
      expect(made.length - asked.length).toBe(3 + 6);
      counts.push(asked.length);
    }
    expect(counts.filter((count) => count > 0)).toHaveLength(2);
  }, 60_000);

  it.each([
    ["an unchanged look", 1],
    ["a rollout", 0],
  ])(
    "asks nothing for a commit that changes no input, after %s",
    async (_, more) => {
      const world = await aReconcileWorld({ mode: "enforce" });
      await world.tick("start");
      for (let round = 0; round < more; round += 1) await world.tick();
      world.requests();
      const planned = (await world.store.readStatus("dev"))?.nextTickAt;
      const told = world.notices.length;
      await world.clock.advance(10_000);
      const commit = await world.commit({ "README.md": "words\n" });
      const status = await world.tick("commit");
      expect(world.requests()).toEqual([]);
      expect(status).toMatchObject({
        commit,
        lastTick: { requestCount: 0, result: "in-sync" },
        // Commits come oftener than ticks, and put none off.
        nextTickAt: planned,
      });
      expect(world.notices).toHaveLength(told);
    },
  );

  it("leaves alone what somebody moves again and again, and tells it once", async () => {
    const world = await aReconcileWorld({
      mode: "heal",
      settings: ["fighting_after: 2", "full_read_every: 1"],
    });
    await world.approve();
    await world.tick("order");
    for (let round = 0; round < 4; round += 1) {
      await world.move(first, { oauth_config: { scopes: ["by-hand"] } });
      await world.clock.advance(300_000);
      await world.tick();
    }
    const status = await world.store.readStatus("dev");
    expect(status).toMatchObject({
      sync: "drifted",
      heals: [{ key: first }, { key: first }],
      fights: [{ key: first, path: "/scopes", healCount: 2 }],
    });
    expect(world.live(first)).toMatchObject({
      oauth_config: { scopes: ["by-hand"] },
    });
    expect(
      world.notices.filter(({ kind }) => kind === "fighting"),
    ).toHaveLength(1);
    // What is moved back by whoever moved it is over.
    await world.clock.advance(24 * 3_600_000);
    await world.tick();
    expect(world.live(first)).toMatchObject({
      oauth_config: { scopes: ["a"] },
    });
  });

  it("takes no more back in an hour than the environment allows", async () => {
    const world = await aReconcileWorld({
      mode: "heal",
      settings: ["max_heals_per_hour: 1", "full_read_every: 1"],
    });
    await world.approve();
    await world.tick("order");
    await world.move(first, { oauth_config: { scopes: ["by-hand"] } });
    await world.move(second, { oauth_config: { scopes: ["by-hand"] } });
    expect(await world.tick()).toMatchObject({
      lastTick: { result: "healed" },
      drift: [{ key: second }],
    });
    expect(await world.tick()).toMatchObject({
      sync: "drifted",
      heals: [{ key: first }],
    });
    await world.clock.advance(3_600_000);
    await world.tick();
    expect(world.live(second)).toMatchObject({
      oauth_config: { scopes: ["a"] },
    });
  });

  it("makes again what was deleted by hand, and deletes nothing itself", async () => {
    const world = await aReconcileWorld({
      mode: "heal",
      lines: ["prune: true"],
    });
    await world.approve();
    await world.tick("order");
    await world.remove(first);
    expect(await world.tick()).toMatchObject({
      lastTick: { result: "healed" },
      sync: "in-sync",
    });
    expect(world.live(first)).toMatchObject({ key_id: first });
  });

  it("waits for an approval of a delete, in every mode", async () => {
    const world = await aReconcileWorld({
      mode: "enforce",
      lines: ["prune: true"],
    });
    await world.tick("start");
    world.repository.git(
      world.elsewhere,
      "rm",
      "--quiet",
      `connections/${first}.yaml`,
    );
    await world.commit({});
    expect(await world.tick("commit")).toMatchObject({
      sync: "pending",
      pending: { summary: { delete: 1 }, isApprovable: true },
    });
    expect(world.live(first)).toBeDefined();
    await world.approve();
    await world.tick("order");
    expect(world.live(first)).toBeUndefined();
  });

  it("asks nobody anything while it is suspended, until that is over", async () => {
    const world = await aReconcileWorld({ mode: "enforce" });
    await world.store.changeOrders("dev", (orders) => ({
      ...orders,
      suspension: {
        by: "alex",
        why: "incident",
        at: "2026-01-01T00:00:00.000Z",
        until: "2026-01-01T00:30:00.000Z",
      },
    }));
    expect(await world.tick("start")).toMatchObject({
      lastTick: { result: "suspended", requestCount: 0 },
      suspension: { by: "alex" },
    });
    expect(world.requests()).toEqual([]);
    await world.clock.advance(1_800_000);
    expect(await world.tick()).toMatchObject({
      suspension: null,
      lastTick: { result: "rolled-out" },
    });
    expect(world.notices.map(({ kind }) => kind)).toEqual([
      "suspended",
      "rolled-out",
      "resumed",
    ]);
  });

  it("says what is wrong with documents, keeps what it knows, and goes on when they are mended", async () => {
    const world = await aReconcileWorld({ mode: "enforce" });
    await world.tick("start");
    await world.commit({ [`connections/${first}.yaml`]: "scopes: [\n" });
    expect(await world.tick("commit")).toMatchObject({
      lastTick: { result: "failed", requestCount: 0 },
      ownedCount: 0,
      problems: [{ code: "CFG000" }],
    });
    await world.commit({
      [`connections/${first}.yaml`]: connectionText(first, ["a"]),
    });
    expect(await world.tick("commit")).toMatchObject({
      sync: "in-sync",
      problems: [],
      failureCount: 0,
    });
    expect(world.notices.map(({ kind }) => kind)).toEqual([
      "rolled-out",
      "failed",
      "recovered",
    ]);
  });

  it("rolls out no commit without a signature where that is asked for, and heals all the same", async () => {
    const world = await aReconcileWorld({
      mode: "enforce",
      settings: ["signed_commits: true", "full_read_every: 1"],
    });
    expect(await world.tick("start")).toMatchObject({
      sync: "pending",
      pending: { isApprovable: false },
    });
    expect(world.live(first)).toBeUndefined();
  });

  it("knows after a restart what it knew, from the store and the state", async () => {
    const world = await aReconcileWorld({
      mode: "heal",
      settings: ["full_read_every: 1"],
    });
    await world.approve();
    await world.tick("order");
    await world.move(first, { oauth_config: { scopes: ["by-hand"] } });
    world.restart();
    expect(await world.tick("start")).toMatchObject({
      lastTick: { result: "healed" },
      sync: "in-sync",
      heals: [{ key: first }],
    });
  });
});
