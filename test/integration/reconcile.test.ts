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
});
