import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { createFleet } from "../../src/schedulers/pg-boss.ts";
import { createTimer } from "../../src/schedulers/timer.ts";
import { parseDatabaseUrl } from "../../src/state/postgres/address.ts";
import { openDatabase } from "../../src/state/postgres/database.ts";
import {
  NO_POSTGRES,
  sql,
  startPostgres,
  type Cluster,
} from "../support/postgres.ts";
import { describeScheduler, until } from "./scheduler-contract.ts";

describeScheduler("of one process", () =>
  Promise.resolve({
    make: () => createTimer({ clock: systemClock }),
    close: () => Promise.resolve(),
  }),
);

const NO_FLEET =
  NO_POSTGRES ??
  (await import("pg-boss").then(
    () => undefined,
    () => "the package pg-boss is not installed",
  ));

if (NO_FLEET === undefined) {
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    cluster = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
  });
  const aFleet = async () => {
    const url = (await cluster?.database()) ?? "";
    const database = openDatabase({
      address: () => parseDatabaseUrl(url),
      schema: "tieline",
      clock: systemClock,
    });
    return {
      url,
      make: () =>
        createFleet({
          execute: (text, values) => database.execute(text, values),
          schema: "tieline_jobs",
          clock: systemClock,
          pollSeconds: 0.5,
          sweepMs: 500,
        }),
      close: () => database.close(),
    };
  };
  describeScheduler("of a fleet", aFleet);

  describe("scheduler of a fleet", () => {
    it("shares environments among processes: each tick runs in one of them", async () => {
      const fleet = await aFleet();
      const names = Array.from({ length: 12 }, (_, i) => `e${String(i)}`);
      const seen: string[] = [];
      const processes = [fleet.make(), fleet.make()];
      try {
        for (const each of processes)
          await each.start(names, ({ environment }) => {
            seen.push(environment);
            return Promise.resolve(Date.now() + 3_600_000);
          });
        await until(() => seen.length >= names.length);
        expect([...seen].sort()).toEqual([...names].sort());
      } finally {
        for (const each of processes) await each.stop();
        await fleet.close();
      }
    });

    it("begins where many processes start at once, in a database without its tables", async () => {
      for (let round = 0; round < 4; round += 1) {
        const fleet = await aFleet();
        const processes = Array.from({ length: 4 }, () => fleet.make());
        const seen = new Set<string>();
        try {
          await Promise.all(
            processes.map((each) =>
              each.start(["a", "b"], ({ environment }) => {
                seen.add(environment);
                return Promise.resolve(Date.now() + 3_600_000);
              }),
            ),
          );
          await until(() => seen.size === 2);
        } finally {
          for (const each of processes) await each.stop();
          await fleet.close();
        }
      }
    });

    it("brings back a tick that was lost", async () => {
      const fleet = await aFleet();
      const scheduler = fleet.make();
      let count = 0;
      try {
        await scheduler.start(["a"], () => {
          count += 1;
          return Promise.resolve(Date.now() + 3_600_000);
        });
        await until(() => count === 1);
        await sql(fleet.url, "DELETE FROM tieline_jobs.job");
        await until(() => count === 2);
      } finally {
        await scheduler.stop();
        await fleet.close();
      }
    });
  });
} else {
  const reason = NO_FLEET;
  describe("scheduler of a fleet", () => {
    it.skip(reason, () => undefined);
  });
}
