import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { NO_POSTGRES, sql } from "../support/postgres.ts";
import {
  aFleetWorld,
  keyOf,
  type FleetProcess,
  type FleetWorld,
} from "../support/fleet-world.ts";

/** It takes minutes, and says so where it is left out. */
const LEFT_OUT =
  NO_POSTGRES ??
  (process.env["TIELINE_LONG_TESTS"] === undefined
    ? "only with TIELINE_LONG_TESTS=1"
    : undefined);

const size = (name: string, usual: number): number =>
  Number(process.env[`TIELINE_FLEET_${name}`] ?? usual);

/** How long a process may stay unnoticed that was killed while it wrote. */
const TAKEOVER_MS = 90_000;

/** Figures for docs/performance.md. */
function report(figures: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify(figures)}\n`);
}

async function until(
  what: string,
  isSo: () => boolean,
  mostMs: number,
): Promise<number> {
  const start = systemClock.now();
  while (!isSo()) {
    if (systemClock.now() - start > mostMs)
      throw new Error(`not within ${String(mostMs)} ms: ${what}`);
    await systemClock.sleep(100);
  }
  return systemClock.now() - start;
}

/** How many connections of an environment are as the documents say. */
function settled(world: FleetWorld, name: string, scope: string): number {
  const { connections } = world.apis.get(name)?.snapshot() ?? {
    connections: [],
  };
  return connections.filter((each) => {
    const text = JSON.stringify(each);
    return text.includes(`["${scope}"]`);
  }).length;
}

/**
 * Writes of one environment arrive in blocks, one for each who held its lease, in the order of the
 * fences: nobody writes after somebody else has begun.
 */
async function expectNoOverlap(
  world: FleetWorld,
  processes: readonly FleetProcess[],
): Promise<void> {
  const nameOfPid = new Map(
    processes.map(({ name, child }) => [child.pid ?? 0, name]),
  );
  for (const environment of world.names) {
    const holders = (await world.holders(environment)).map(
      (pid) => nameOfPid.get(pid) ?? `pid ${String(pid)}`,
    );
    const writers = world.arrivals
      .filter((each) => each.environment === environment)
      .map(({ writer }) => writer);
    let at = 0;
    for (const writer of writers) {
      while (at < holders.length && holders[at] !== writer) at += 1;
      expect(
        at < holders.length,
        `${environment}: ${writer} wrote without the lease; ${JSON.stringify({ holders, writers })}`,
      ).toBe(true);
    }
  }
}

describe.skipIf(LEFT_OUT !== undefined)(
  `a fleet of processes${LEFT_OUT === undefined ? "" : `: ${LEFT_OUT}`}`,
  () => {
    it("takes over what a killed, a stopped and a cut-off process held, and no two write at once", async () => {
      const connections = size("CONNECTIONS", 20);
      const world = await aFleetWorld({
        environments: size("ENVIRONMENTS", 6),
        connections,
        interval: "10s",
      });
      const processes: FleetProcess[] = [];
      for (const name of ["one", "two", "three"])
        processes.push(await world.start(name));
      const all =
        (scope: string, of = connections) =>
        (): boolean =>
          world.names.every((name) => settled(world, name, scope) === of);
      const rollout = await until("rollout", all("a"), 240_000);

      const moveAll = async (key: string): Promise<void> => {
        for (const name of world.names) await world.move(name, key);
      };

      const strike = async (
        signal: "SIGKILL" | "SIGSTOP",
        keys: readonly [string, string],
      ): Promise<FleetProcess | undefined> => {
        const struck = world.holdNext();
        await moveAll(keys[0]);
        const name = await struck;
        const found = processes.find((each) => each.name === name);
        found?.child.kill(signal);
        await moveAll(keys[1]);
        return found;
      };

      // Killed with a write in flight, whose answer it never saw.
      const killed = await strike("SIGKILL", [keyOf(0), keyOf(1)]);
      const takeover = await until("all taken back", all("a"), TAKEOVER_MS);

      // Stopped with a write in flight, and going on after others wrote.
      const stopped = await strike("SIGSTOP", [keyOf(2), keyOf(3)]);
      const afterStop = await until("all taken back", all("a"), TAKEOVER_MS);
      world.release();
      stopped?.child.kill("SIGCONT");

      // Cut off from the database.
      await moveAll(keyOf(4));
      await sql(
        world.databaseUrl,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()",
      );
      const afterCut = await until("all taken back", all("a"), TAKEOVER_MS);

      // Nobody is silent afterwards: each environment is looked at again.
      const since = systemClock.now();
      const isLookedAt = (name: string): boolean =>
        world.ticks.some(
          ({ environment, startedMs }) =>
            environment === name && startedMs > since,
        );
      await until(
        "a look at each environment",
        () => world.names.every(isLookedAt),
        TAKEOVER_MS,
      );
      report({ rollout, takeover, afterStop, afterCut });
      const alive = processes.filter((each) => each !== killed);
      for (const { child } of alive) child.kill("SIGTERM");
      expect(await Promise.all(alive.map(({ ended }) => ended))).toEqual([
        143, 143,
      ]);
      await expectNoOverlap(world, processes);
    }, 900_000);

    it("looks at each environment once in an interval, and sooner with one process more", async () => {
      const environments = size("ENVIRONMENTS", 20);
      const seconds = size("INTERVAL", 30);
      const world = await aFleetWorld({
        environments,
        connections: size("CONNECTIONS", 20),
        interval: `${String(seconds)}s`,
      });
      await world.start("one");
      await world.start("two");
      const looked = (since: number) => (): boolean =>
        world.names.every((name) =>
          world.ticks.some(
            ({ environment, startedMs, line }) =>
              environment === name &&
              startedMs >= since &&
              line["result"] !== "failed",
          ),
        );
      const first = await until("first looks", looked(0), 1_800_000);
      const measure = async (): Promise<{
        gaps: readonly number[];
        twice: number;
      }> => {
        const since = systemClock.now();
        await systemClock.sleep(3 * seconds * 1000);
        const gaps: number[] = [];
        for (const name of world.names) {
          const starts = world.ticks
            .filter(
              ({ environment, startedMs }) =>
                environment === name && startedMs >= since,
            )
            .map(({ startedMs }) => startedMs)
            .sort((a, b) => a - b);
          expect(starts.length, `${name} is silent`).toBeGreaterThan(0);
          starts.slice(1).forEach((at, index) => {
            gaps.push((at - (starts[index] ?? at)) / 1000);
          });
        }
        gaps.sort((a, b) => a - b);
        return {
          gaps,
          twice: gaps.filter((gap) => gap < seconds * 0.85).length,
        };
      };
      const two = await measure();
      await world.start("three");
      const three = await measure();
      const at = (gaps: readonly number[], share: number): number =>
        gaps[Math.floor((gaps.length - 1) * share)] ?? 0;
      report({
        environments,
        seconds,
        first,
        two: [0, 0.5, 0.95, 1].map((share) => at(two.gaps, share)),
        three: [0, 0.5, 0.95, 1].map((share) => at(three.gaps, share)),
      });
      expect([two.twice, three.twice]).toEqual([0, 0]);
      expect(
        world.ticks.filter(({ line }) => line["level"] === "error"),
      ).toEqual([]);
    }, 3_600_000);
  },
);
