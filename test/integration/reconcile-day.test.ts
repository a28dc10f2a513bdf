import { rename } from "node:fs/promises";
import { expect, it } from "vitest";
import { connectionText } from "../support/cli.ts";
import {
  aReconcileWorld,
  nameOf,
  type ReconcileWorld,
} from "../support/reconcile-world.ts";

const HOUR_MS = 3_600_000;
const [first, second, third] = [nameOf(0), nameOf(1), nameOf(2)];
const BY_HAND = { oauth_config: { scopes: ["by-hand"] } };

/** What happens in each hour, before the tick at its end. */
function events(
  world: ReconcileWorld,
): Readonly<Record<number, () => Promise<unknown>>> {
  const { bare } = world.repository;
  return {
    2: () => world.move(first, BY_HAND),
    4: () =>
      world.commit({
        [`connections/${second}.yaml`]: connectionText(second, ["a", "b"]),
      }),
    6: () => world.move(third, BY_HAND),
    7: () => world.move(third, BY_HAND),
    8: () => world.move(third, BY_HAND),
    // Whoever moved it moves it back.
    10: () => world.move(third, { oauth_config: { scopes: ["a"] } }),
    11: () =>
      world.store.changeOrders("dev", (orders) => ({
        ...orders,
        suspension: {
          by: "alex",
          why: "a migration",
          at: new Date(world.clock.now()).toISOString(),
          until: new Date(world.clock.now() + 1.5 * HOUR_MS).toISOString(),
        },
      })),
    12: () => world.move(first, BY_HAND),
    15: () => rename(bare, `${bare}.gone`),
    17: () => rename(`${bare}.gone`, bare),
    19: async () => {
      world.repository.git(
        world.elsewhere,
        "rm",
        "--quiet",
        `connections/${first}.yaml`,
      );
      await world.commit({});
    },
    21: async () => {
      const { pending } = (await world.store.readStatus("dev")) ?? {};
      await world.store.changeOrders("dev", (orders) => ({
        ...orders,
        approvals: [
          {
            intentDigest: pending?.intentDigest ?? "",
            by: "robin",
            at: new Date(world.clock.now()).toISOString(),
          },
        ],
      }));
    },
  };
}

it("goes through a day of changes, fights, a pause and an outage, and tells each once", async () => {
  const world = await aReconcileWorld({
    mode: "enforce",
    settings: ["interval: 1h", "full_read_every: 1", "fighting_after: 2"],
    lines: ["prune: true"],
  });
  const happens = events(world);
  const ticks: string[] = [];
  for (let hour = 0; hour < 24; hour += 1) {
    await happens[hour]?.();
    const { lastTick, sync } = await world.tick(
      hour === 0 ? "start" : "interval",
    );
    ticks.push(`${String(hour)} ${lastTick?.result ?? ""} ${sync}`);
    await world.clock.advance(HOUR_MS);
  }
  expect(ticks).toEqual([
    "0 rolled-out in-sync",
    "1 in-sync in-sync",
    "2 healed in-sync",
    "3 in-sync in-sync",
    "4 rolled-out in-sync",
    "5 in-sync in-sync",
    "6 healed in-sync",
    "7 healed in-sync",
    "8 drifted drifted",
    "9 drifted drifted",
    "10 in-sync in-sync",
    "11 suspended in-sync",
    "12 suspended in-sync",
    "13 healed in-sync",
    "14 in-sync in-sync",
    "15 failed unknown",
    "16 failed unknown",
    "17 in-sync in-sync",
    "18 in-sync in-sync",
    "19 pending pending",
    "20 pending pending",
    "21 rolled-out in-sync",
    "22 in-sync in-sync",
    "23 in-sync in-sync",
  ]);
  expect(
    world.notices.map(({ kind, at }) => `${at.slice(11, 13)} ${kind}`),
  ).toEqual([
    "00 rolled-out",
    "02 healed",
    "04 rolled-out",
    "06 healed",
    "07 healed",
    "08 drift-found",
    "08 approval-needed",
    "08 fighting",
    "10 drift-ended",
    "11 suspended",
    "13 healed",
    "13 resumed",
    "15 failed",
    "17 recovered",
    "19 approval-needed",
    "21 rolled-out",
  ]);
  const runs = await world.store.readRuns("dev", 100);
  expect(
    runs
      .filter(({ summary }) => summary !== null)
      .map(
        ({ startedAt, result, approvedBy }) =>
          `${startedAt.slice(11, 13)} ${result} ${approvedBy ?? "by itself"}`,
      )
      .reverse(),
  ).toEqual([
    "00 rolled-out by itself",
    "02 healed by itself",
    "04 rolled-out by itself",
    "06 healed by itself",
    "07 healed by itself",
    "13 healed by itself",
    "21 rolled-out robin",
  ]);
  expect(world.live(first)).toBeUndefined();
  expect(world.live(second)).toMatchObject({
    oauth_config: { scopes: ["a", "b"] },
  });
});
