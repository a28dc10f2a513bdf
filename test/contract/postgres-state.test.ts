import { afterAll, beforeAll, describe, it } from "vitest";
import { systemProcesses } from "../../src/environment/processes.ts";
import { systemClock } from "../../src/environment/system-clock.ts";
import { parseDatabaseUrl } from "../../src/state/postgres/address.ts";
import { openDatabase } from "../../src/state/postgres/database.ts";
import { createPostgresState } from "../../src/state/postgres/index.ts";
import { migrate } from "../../src/state/postgres/migrate.ts";
import {
  NO_POSTGRES,
  sql,
  startPostgres,
  type Cluster,
} from "../support/postgres.ts";
import { describeState } from "./state-contract.ts";

if (NO_POSTGRES === undefined) {
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    cluster = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
  });

  describeState("postgres", async () => {
    const url = (await cluster?.database()) ?? "";
    const anew = () =>
      openDatabase({
        address: () => parseDatabaseUrl(url),
        schema: "tieline",
        clock: systemClock,
      });
    const databases = [anew(), anew()] as const;
    await migrate(databases[0], "tieline");
    let opened = 0;
    return {
      // Two processes take turns.
      open: () => {
        opened += 1;
        return createPostgresState({
          database: databases[opened % 2 === 0 ? 0 : 1],
          environment: "dev",
          schema: "tieline",
          processes: systemProcesses,
        });
      },
      close: async () => {
        for (const each of databases) await each.close();
      },
      // The clock of the database is not ours to move.
      pass: async () => {
        await sql(
          url,
          "UPDATE tieline.environments SET lease_expires_at = clock_timestamp()",
        );
      },
    };
  });
} else {
  const reason = NO_POSTGRES;
  describe("state backend postgres", () => {
    it.skip(reason, () => undefined);
  });
}
