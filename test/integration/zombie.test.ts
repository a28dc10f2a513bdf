import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished } from "vitest";
import { AppError } from "../../src/domain/problem/error.ts";
import { parseDatabaseUrl } from "../../src/state/postgres/address.ts";
import { openDatabase } from "../../src/state/postgres/database.ts";
import { migrate } from "../../src/state/postgres/migrate.ts";
import { NO_POSTGRES, startPostgres } from "../support/postgres.ts";
import { systemClock } from "../../src/environment/system-clock.ts";
import { anApi } from "../support/api.ts";
import { anApiFront } from "../support/api-front.ts";
import { aRealFolder } from "../support/folder.ts";
import { runUnderLease, stateOf, type LeaseRun } from "../support/lease-run.ts";

const KEYS = Array.from({ length: 12 }, (_, index) => `c${String(index)}`);
/** Long enough for a loaded machine to renew in, short enough to wait for. */
const LEASE_TTL_MS = 3_000;

/**
 * Hands requests on to an API and tells whose writes arrive, in order. One that is not let pass is
 * told to come again in a second.
 */
function aWatch(
  origin: string,
  isLetPass: (writer: string) => boolean,
): Promise<string> {
  return anApiFront(origin, ({ incoming, outgoing, handOn }) => {
    const { method, url, headers } = incoming;
    const isWrite = method !== "GET" && url !== "/oauth/token";
    if (isWrite && !isLetPass(headers["user-agent"] ?? ""))
      outgoing.writeHead(429, { "retry-after": "1" }).end("{}");
    else handOn();
  });
}

/** A process that carries out a run. */
async function aProcess(run: LeaseRun) {
  const script = join(aRealFolder(), "run.mjs");
  await build({
    entryPoints: ["test/support/lease-process.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: script,
    logLevel: "silent",
    // Parts of pg that only others use.
    external: ["pg-native", "pg-cloudflare", "cloudflare:sockets"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  const child = spawn(process.execPath, [script, JSON.stringify(run)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout
    .setEncoding("utf8")
    .on("data", (chunk: string) => (stdout += chunk));
  const closed = once(child, "close");
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return {
    signal: (name: NodeJS.Signals) => child.kill(name),
    ended: async () => {
      await closed;
      return JSON.parse(stdout) as {
        result: string;
        statuses: { key: string; status: string; code: string | null }[];
        unrecorded: string | null;
      };
    },
  };
}

/** A database with our tables, until the test ends. */
async function aDatabase(): Promise<{ database: string }> {
  const cluster = await startPostgres();
  onTestFinished(() => cluster.stop());
  const database = await cluster.database();
  const opened = openDatabase({
    address: () => parseDatabaseUrl(database),
    schema: "tieline",
    clock: systemClock,
  });
  await migrate(opened, "tieline");
  await opened.close();
  return { database };
}

/** Runs as soon as nobody else holds the lease. */
async function takeOver(run: LeaseRun) {
  for (;;) {
    try {
      return await runUnderLease(run);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "STA003") throw error;
      await systemClock.sleep(50);
    }
  }
}

describe("a process that stood still for longer than its lease", () => {
  const places = ["files", "PostgreSQL"] as const;
  const here = places.filter(
    (place) => place === "files" || NO_POSTGRES === undefined,
  );
  it.each(here)(
    "writes nothing after another one took over, and says so, with state in %s",
    async (place) => {
      const database = place === "files" ? {} : await aDatabase();
      const api = await anApi();
      const writers: string[] = [];
      let begun: () => void = () => undefined;
      const hasBegun = new Promise<void>((resolve) => (begun = resolve));
      let isStopped = false;
      const origin = await aWatch(api.origin, (writer) => {
        // The zombie has begun, and is stopped with a write that waits to be sent again.
        const waits = writers.length >= 2 && !isStopped;
        if (waits) begun();
        else writers.push(writer);
        return !waits;
      });
      const folder = join(aRealFolder(), "state");
      const common = {
        ...database,
        origin,
        folder,
        leaseTtlMs: LEASE_TTL_MS,
        keys: KEYS,
      };
      const zombie = await aProcess({
        ...common,
        name: "zombie",
        requestsPerSecond: 1_000,
      });
      await hasBegun;
      zombie.signal("SIGSTOP");
      isStopped = true;
      const taken = await takeOver({
        ...common,
        name: "taker",
        requestsPerSecond: 1_000,
      });
      zombie.signal("SIGCONT");
      const { result, statuses, unrecorded } = await zombie.ended();

      expect(taken.result).toBe("applied");
      const first = writers.indexOf("taker");
      expect(writers.slice(0, first).every((each) => each === "zombie")).toBe(
        true,
      );
      expect(new Set(writers.slice(first))).toEqual(new Set(["taker"]));
      expect(result).toBe("partial");
      expect(unrecorded).toBe("STA004");
      expect(statuses.some(({ code }) => code === "STA004")).toBe(true);
      expect(api.snapshot().connections).toHaveLength(KEYS.length);
      const state = stateOf(common);
      expect(await state.readJournal()).toEqual([]);
      const ledger = await state.readLedger();
      expect(ledger.map((receipt) => [receipt.actor, receipt.result])).toEqual([
        ["zombie", "interrupted"],
        ["taker", "applied"],
      ]);
    },
    60_000,
  );
});
