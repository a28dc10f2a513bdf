import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JournalEntry } from "../../src/domain/state/ledger.ts";
import { systemProcesses } from "../../src/environment/processes.ts";
import { systemClock } from "../../src/environment/system-clock.ts";
import type { Lease, StateStore } from "../../src/ports/state-store.ts";
import { parseDatabaseUrl } from "../../src/state/postgres/address.ts";
import {
  openDatabase,
  type Database,
  type DatabaseLimits,
} from "../../src/state/postgres/database.ts";
import { createPostgresState } from "../../src/state/postgres/index.ts";
import { migrate, sqlOf } from "../../src/state/postgres/migrate.ts";
import { MIGRATIONS } from "../../src/state/postgres/migrations.ts";
import { rolesSql } from "../../src/state/postgres/roles.ts";
import { aReceipt, anInventory } from "../contract/state-contract.ts";
import { createAuthority } from "../support/certificates.ts";
import { aRealFolder } from "../support/folder.ts";
import { aDatabaseProxy } from "../support/pg-proxy.ts";
import {
  NO_POSTGRES,
  sql,
  startPostgres,
  type Cluster,
} from "../support/postgres.ts";

const HOLDER = { actor: "alex", host: "here", pid: 1, runId: "run-1" };
const STEP: JournalEntry = {
  kind: "step",
  key: "mail",
  action: "create",
  step: "create",
  at: "t",
};

describe.skipIf(NO_POSTGRES !== undefined)(
  `state in PostgreSQL${NO_POSTGRES === undefined ? "" : `: ${NO_POSTGRES}`}`,
  () => {
    const authority = createAuthority();
    const opened: Database[] = [];
    let cluster: Cluster;

    beforeAll(async () => {
      cluster = await startPostgres(authority.issue("localhost"));
    }, 60_000);
    afterAll(async () => {
      for (const database of opened) await database.close();
      await cluster.stop();
    });

    const open = (
      address: string,
      limits: Partial<DatabaseLimits> = {},
    ): Database => {
      const database = openDatabase({
        address: () => parseDatabaseUrl(address),
        schema: "tieline",
        clock: systemClock,
        limits,
      });
      opened.push(database);
      return database;
    };
    const stateOn = (database: Database): StateStore =>
      createPostgresState({
        database,
        environment: "dev",
        schema: "tieline",
        processes: systemProcesses,
      });
    /** A database with our tables; its address. */
    const aDatabase = async (): Promise<string> => {
      const address = await cluster.database();
      await migrate(open(address), "tieline");
      return address;
    };

    describe("when connections fail", () => {
      it("stores a line once though its backend was terminated in the middle of the write", async () => {
        const address = await aDatabase();
        const state = stateOn(open(address));
        const lease = await state.acquireLease(HOLDER);
        // Somebody holds the row, so that the write waits where it can be ended.
        const blocker = open(address);
        let letGo: () => void = () => undefined;
        const held = new Promise<void>((resolve) => (letGo = resolve));
        let hasRow: () => void = () => undefined;
        const locked = new Promise<void>((resolve) => (hasRow = resolve));
        const blocking = blocker.write(async (transaction) => {
          await transaction.query(
            "SELECT 1 FROM {schema}.environments FOR UPDATE",
          );
          hasRow();
          await held;
        });
        await locked;
        const writing = state.appendJournal(STEP, lease);
        for (;;) {
          const ended = await sql(
            address,
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE wait_event_type = 'Lock' AND datname = current_database()`,
          );
          if (ended.length > 0) break;
          await wait(10);
        }
        letGo();
        await blocking;
        await writing;
        expect(await state.readJournal()).toEqual([STEP]);
      });

      it.each([
        [
          "a line of the journal",
          (state: StateStore, lease: Lease) => state.appendJournal(STEP, lease),
        ],
        [
          "an inventory",
          (state: StateStore, lease: Lease) =>
            state.writeInventory(anInventory(1), lease),
        ],
        [
          "a receipt",
          (state: StateStore, lease: Lease) =>
            state.appendReceipt(aReceipt("sha256:a", null), lease),
        ],
      ])(
        "stores %s once when the answer to the commit is lost",
        async (_what, write) => {
          const address = await aDatabase();
          const proxy = await aDatabaseProxy(cluster);
          const state = stateOn(open(proxy.through(address)));
          const lease = await state.acquireLease(HOLDER);
          proxy.loseAnswerTo("COMMIT");
          await write(state, lease);
          const [journal, ledger, inventory] = [
            await state.readJournal(),
            await state.readLedger(),
            await state.readInventory(),
          ];
          expect(
            journal.length + ledger.length + (inventory?.serial ?? 0),
          ).toBe(1);
        },
      );

      it("takes a lease once when the answer to the commit is lost", async () => {
        const address = await aDatabase();
        const proxy = await aDatabaseProxy(cluster);
        const state = stateOn(open(proxy.through(address)));
        await state.readLease();
        proxy.loseAnswerTo("COMMIT");
        const lease = await state.acquireLease(HOLDER);
        expect(await state.readLease()).toMatchObject({ id: lease.id });
        expect(lease.fence).toBe(1);
        await lease.renew();
      });

      it("waits for no answer without end where the way is cut", async () => {
        const address = await aDatabase();
        const proxy = await aDatabaseProxy(cluster);
        const limits = { answerMs: 300, connectMs: 300 };
        const state = stateOn(open(proxy.through(address), limits));
        const lease = await state.acquireLease(HOLDER);
        proxy.goSilent();
        await expect(lease.renew()).rejects.toMatchObject({ code: "STA013" });
      });

      it("frees what a process that stands still in a write has locked", async () => {
        const address = await aDatabase();
        const sleeper = open(address, { idleMs: 200 });
        const other = stateOn(open(address));
        let attempts = 0;
        let hasRow: () => void = () => undefined;
        const locked = new Promise<void>((resolve) => (hasRow = resolve));
        let wake: () => void = () => undefined;
        const asleep = new Promise<void>((resolve) => (wake = resolve));
        await stateOn(sleeper).acquireLease(HOLDER);
        const sleeping = sleeper.write(async (transaction) => {
          attempts += 1;
          await transaction.query(
            "SELECT 1 FROM {schema}.environments FOR UPDATE",
          );
          hasRow();
          await asleep;
          await transaction.query("SELECT 1");
        });
        await locked;
        await expect(other.acquireLease(HOLDER)).rejects.toMatchObject({
          code: "STA003",
        });
        wake();
        await sleeping;
        expect(attempts).toBe(2);
      });
    });

    it("uses nothing of a session, so that a pooler may give each transaction to another one", async () => {
      const address = await aDatabase();
      const proxy = await aDatabaseProxy(cluster);
      const state = stateOn(open(proxy.through(address)));
      const lease = await state.acquireLease(HOLDER);
      await state.appendJournal(STEP, lease);
      await state.writeInventory(anInventory(1), lease);
      await state.appendReceipt(aReceipt("sha256:a", null), lease);
      await state.fingerprintKey();
      await lease.renew();
      await state.readJournal();
      await state.clearJournal(lease);
      await lease.release();
      expect(proxy.prepared).toEqual([]);
      const simple = proxy.said.filter((each) => each.startsWith("Q "));
      for (const statement of simple)
        expect(statement).toMatch(
          /^Q (?:COMMIT$|BEGIN(?: READ ONLY)?; SET LOCAL |SELECT number, checksum)/u,
        );
      expect(proxy.said.join("\n")).not.toMatch(
        /advisory|LISTEN|PREPARE|TEMP|SET (?!LOCAL|serial|fence|lease|inventory)/iu,
      );
      let isOpen = false;
      for (const each of proxy.said) {
        if (each.startsWith("Q BEGIN")) isOpen = true;
        expect([each, isOpen]).toEqual([each, true]);
        if (each === "Q COMMIT") isOpen = false;
      }
    });

    describe("tables", () => {
      it("are asked for by name where they are missing, and made by nothing but a migration", async () => {
        const address = await cluster.database();
        const state = stateOn(open(address));
        for (const ask of [
          () => state.readInventory(),
          () => state.acquireLease(HOLDER),
        ])
          await expect(ask()).rejects.toMatchObject({ code: "STA041" });
        const made = await sql(
          address,
          "SELECT 1 FROM pg_namespace WHERE nspname = 'tieline'",
        );
        expect(made).toEqual([]);
        await migrate(open(address), "tieline");
        // The same handle: somebody migrated meanwhile.
        expect(await state.readInventory()).toBeNull();
      });

      it("are made once when several migrate at the same time", async () => {
        const address = await cluster.database();
        const taken = await Promise.all(
          [1, 2, 3].map(() => migrate(open(address), "tieline")),
        );
        const numbers = taken.flat().map(({ number }) => number);
        // Each once, whoever took it.
        expect(numbers.sort((a, b) => a - b)).toEqual(
          MIGRATIONS.map(({ number }) => number),
        );
        expect(await migrate(open(address), "tieline")).toEqual([]);
      });

      it("are the same when the SQL that a dry run prints is run by hand", async () => {
        const [by, hand] = [await aDatabase(), await cluster.database()];
        await sql(hand, sqlOf(MIGRATIONS, "tieline"));
        const columns = `SELECT table_name, column_name, data_type, is_nullable
          FROM information_schema.columns WHERE table_schema = 'tieline' ORDER BY 1, 2`;
        expect(await sql(hand, columns)).toEqual(await sql(by, columns));
        expect(await stateOn(open(hand)).readInventory()).toBeNull();
        expect(await migrate(open(hand), "tieline")).toEqual([]);
      });

      it.each([
        [
          "a newer version",
          "INSERT INTO tieline.migrations VALUES (99, 'x', 'y')",
        ],
        ["an altered step", "UPDATE tieline.migrations SET checksum = 'x'"],
        ["an older version", "DELETE FROM tieline.migrations WHERE number = 1"],
      ])("of %s are not worked with", async (what, statement) => {
        const address = await aDatabase();
        await sql(address, statement);
        const refusal = { code: "STA041" };
        const state = stateOn(open(address));
        await expect(state.readInventory()).rejects.toMatchObject(refusal);
        await expect(state.acquireLease(HOLDER)).rejects.toMatchObject(refusal);
        if (what !== "an older version")
          await expect(migrate(open(address), "tieline")).rejects.toMatchObject(
            refusal,
          );
      });

      it("with an altered byte are an error, and never nothing", async () => {
        const address = await aDatabase();
        const state = stateOn(open(address));
        await state.writeInventory(anInventory(1));
        await sql(
          address,
          "UPDATE tieline.environments SET inventory = replace(inventory, 'conn_1', 'conn_2')",
        );
        await expect(state.readInventory()).rejects.toMatchObject({
          code: "STA001",
        });
      });
    });

    describe("roles", () => {
      it("may do what they are for, and nothing else", async () => {
        const address = await cluster.database();
        const [once, after] = rolesSql("tieline").split("-- After each");
        await sql(
          address,
          `${once ?? ""}; ALTER ROLE tieline_owner LOGIN; ALTER ROLE tieline_applier LOGIN; ALTER ROLE tieline_reader LOGIN`,
        );
        const as = (role: string): string =>
          address.replace("admin@", `tieline_${role}@`);
        await migrate(open(as("owner")), "tieline");
        await sql(as("owner"), `-- ${after ?? ""}`);
        const denied = { code: "STA040" };

        const applier = stateOn(open(as("applier")));
        const lease = await applier.acquireLease(HOLDER);
        await applier.appendJournal(STEP, lease);
        await applier.writeInventory(anInventory(1), lease);
        await applier.appendReceipt(aReceipt("sha256:a", null), lease);
        await applier.fingerprintKey();
        await applier.clearJournal(lease);
        await applier.replace(
          {
            inventory: anInventory(7),
            ledger: [
              aReceipt("sha256:a", null),
              aReceipt("sha256:b", "sha256:a"),
            ],
            plans: [],
          },
          1,
        );
        await expect(
          applier.replace(
            { inventory: anInventory(8), ledger: [], plans: [] },
            7,
          ),
        ).rejects.toMatchObject(denied);
        await lease.release();
        for (const statement of [
          "CREATE TABLE tieline.mine (x int)",
          "DELETE FROM tieline.receipts",
          "UPDATE tieline.receipts SET receipt = ''",
          "UPDATE tieline.plans SET plan = ''",
          "DROP TABLE tieline.journal",
          "DELETE FROM tieline.migrations",
        ])
          await expect(sql(as("applier"), statement)).rejects.toMatchObject({
            code: "42501",
          });

        const reader = stateOn(open(as("reader")));
        expect(await reader.readInventory()).toEqual(anInventory(7));
        expect(await reader.readLedger()).toHaveLength(2);
        expect(await reader.readJournal()).toEqual([]);
        expect(await reader.readLease()).toBeNull();
        for (const write of [
          () => reader.acquireLease(HOLDER),
          () => reader.writeInventory(anInventory(8)),
          () => reader.fingerprintKey(),
          () => migrate(open(as("applier")), "other"),
        ])
          await expect(write()).rejects.toMatchObject(denied);
      });
    });

    describe("the way there", () => {
      const askThrough = async (address: string): Promise<unknown> =>
        open(address).read((transaction) =>
          transaction.query(
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
          ),
        );
      const overTls = (parameters: string, host = "localhost"): string =>
        `postgresql://admin@${host}:${String(cluster.port)}/postgres?${parameters}`;
      const aRootFile = async (cert: string): Promise<string> => {
        const file = join(aRealFolder(), "root.pem");
        await writeFile(file, cert, { mode: 0o600 });
        return encodeURIComponent(file);
      };

      it("is encrypted and proven where the address asks for it", async () => {
        const root = await aRootFile(authority.cert);
        const other = await aRootFile(createAuthority().cert);
        const encrypted = [{ ssl: true }];
        const refused = { code: "STA013" };
        expect(
          await askThrough(overTls(`sslmode=verify-full&sslrootcert=${root}`)),
        ).toEqual(encrypted);
        expect(await askThrough(overTls("sslmode=require"))).toEqual(encrypted);
        expect(await askThrough(overTls("sslmode=disable"))).toEqual([
          { ssl: false },
        ]);
        // The name on the certificate is localhost.
        expect(
          await askThrough(
            overTls(`sslmode=verify-ca&sslrootcert=${root}`, "127.0.0.1"),
          ),
        ).toEqual(encrypted);
        for (const address of [
          overTls(`sslmode=verify-full&sslrootcert=${root}`, "127.0.0.1"),
          overTls(`sslmode=verify-full&sslrootcert=${other}`),
          overTls(`sslmode=verify-ca&sslrootcert=${other}`),
          overTls("sslmode=verify-full"),
        ])
          await expect(askThrough(address)).rejects.toMatchObject(refused);
      });
    });

    it("names neither address nor password where the account is refused", async () => {
      const address = `postgresql://nobody-${randomUUID()}:canary-5521@localhost:${String(cluster.port)}/postgres?sslmode=disable`;
      const error: unknown = await open(address)
        .read((transaction) => transaction.query("SELECT 1"))
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "STA040" });
      expect(JSON.stringify(error) + String(error)).not.toMatch(
        /canary|localhost|nobody/u,
      );
    });
  },
);
