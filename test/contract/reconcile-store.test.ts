import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemProcesses } from "../../src/environment/processes.ts";
import { systemClock } from "../../src/environment/system-clock.ts";
import { createFileReconcileStore } from "../../src/state/file/reconcile-store.ts";
import { parseDatabaseUrl } from "../../src/state/postgres/address.ts";
import { openDatabase } from "../../src/state/postgres/database.ts";
import { migrate } from "../../src/state/postgres/migrate.ts";
import { createPostgresReconcileStore } from "../../src/state/postgres/reconcile-store.ts";
import { aRealFolder, snapshot } from "../support/folder.ts";
import {
  NO_POSTGRES,
  sql,
  startPostgres,
  type Cluster,
} from "../support/postgres.ts";
import { aStatus, describeReconcileStore } from "./reconcile-store-contract.ts";

const inFiles = (folder: string) =>
  createFileReconcileStore({
    folder,
    place: ".tieline/reconcile",
    clock: systemClock,
    processes: systemProcesses,
  });

describeReconcileStore("in files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tieline-reconcile-"));
  return {
    open: () => inFiles(folder),
    alter: (environment, from, to) => {
      const within = join(folder, environment);
      for (const name of readdirSync(within)) {
        const path = join(within, name);
        writeFileSync(path, readFileSync(path, "utf8").replaceAll(from, to));
      }
      return Promise.resolve();
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
});

describe("store of the reconciler in files", () => {
  it.each(["../dev", "..", "", "a/b", ".hidden", "a\0b"])(
    "leads a name that no environment has nowhere: %j",
    async (name) => {
      const folder = join(aRealFolder(), "reconcile");
      const store = inFiles(folder);
      const refused = { code: "STA001" };
      await expect(store.readStatus(name)).rejects.toMatchObject(refused);
      await expect(
        store.writeStatus({ ...aStatus(), environment: name }),
      ).rejects.toMatchObject(refused);
      await expect(
        store.changeOrders(name, (orders) => orders),
      ).rejects.toMatchObject(refused);
      await expect(store.readRuns(name, 1)).rejects.toMatchObject(refused);
      expect(snapshot(join(folder, ".."))).toEqual({});
    },
  );
});

if (NO_POSTGRES === undefined) {
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    cluster = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
  });
  describeReconcileStore("in PostgreSQL", async () => {
    const url = (await cluster?.database()) ?? "";
    const database = openDatabase({
      address: () => parseDatabaseUrl(url),
      schema: "tieline",
      clock: systemClock,
    });
    await migrate(database, "tieline");
    return {
      open: () => createPostgresReconcileStore(database),
      alter: async (environment, from, to) => {
        for (const [table, column] of [
          ["statuses", "status"],
          ["pending", "plan"],
          ["orders", "orders"],
          ["runs", "run"],
        ] as const)
          await sql(
            url,
            `UPDATE tieline.reconcile_${table} SET ${column} = replace(${column}, '${from}', '${to}')
              WHERE environment = '${environment}'`,
          );
      },
      close: () => database.close(),
    };
  });
} else {
  const reason = NO_POSTGRES;
  describe("store of the reconciler in PostgreSQL", () => {
    it.skip(reason, () => undefined);
  });
}
