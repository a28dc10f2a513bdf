/**
 * Ticks of a fleet: processes share environments through jobs in PostgreSQL, kept by pg-boss. It
 * only says who looks when. That two never write at once is the lease's matter, because a job whose
 * process was slow may run beside its second attempt.
 */
import type * as Library from "pg-boss";
import type { BossJob, PgBoss } from "pg-boss";
import { TransientError, UserError } from "../domain/problem/error.ts";
import type { TickReason } from "../domain/reconcile/status.ts";
import type { Clock } from "../ports/clock.ts";
import type { Scheduler, Tick, TickWork } from "../ports/scheduler.ts";
import { loadOptional } from "../platform/optional-package.ts";
import { isJsonObject } from "../domain/json.ts";

/** What the ticks of a fleet are made from. */
export interface FleetOptions {
  /** Runs one statement; the connections are ours. */
  readonly execute: (
    text: string,
    values?: readonly unknown[],
  ) => Promise<{ rows: readonly unknown[] }>;
  /** Schema of pg-boss's own tables, which holds nothing but who looks when. */
  readonly schema: string;
  readonly clock: Clock;
  readonly maxRunning?: number;
  /** Other times than the usual ones, for tests. */
  readonly sweepMs?: number;
  readonly pollSeconds?: number;
}

const QUEUE = "tieline-ticks";
const MAX_RUNNING = 4;
const POLL_SECONDS = 2;
/** How often what was lost is looked for. */
const SWEEP_MS = 60_000;
/** The first ticks of a fleet that starts are spread over this time. */
const SPREAD_MS = 10_000;
/** Longest wait for ticks under way when the process is to end. */
const STOP_MS = 60_000;
/**
 * A process that is gone is noticed after a heartbeat and a look: within 45 seconds. Without a
 * heartbeat it would take the whole expiry.
 */
const QUEUE_OPTIONS = {
  // Of each environment one waits and one runs.
  policy: "stately",
  heartbeatSeconds: 30,
  expireInSeconds: 900,
  retryLimit: 3,
  retryDelay: 1,
  deleteAfterSeconds: 600,
};
const MONITOR_SECONDS = 10;
const START_TRIES = 6;
const START_WAIT_MS = 500;

/** States of a job that will still run, or runs. */
const ALIVE: readonly unknown[] = ["created", "retry", "active"];

/** One process of the fleet. */
interface Member {
  readonly options: FleetOptions;
  readonly stopping: AbortController;
  known: ReadonlySet<string>;
  /** `null` before the start and after the end. */
  boss: PgBoss | null;
}

/** Calls work when it is due, in whichever process of the fleet is free. */
export function createFleet(options: FleetOptions): Scheduler {
  const { clock } = options;
  const member: Member = {
    options,
    stopping: new AbortController(),
    known: new Set(),
    boss: null,
  };
  return {
    async start(environments, work) {
      const boss = await openBoss(options);
      member.boss = boss;
      member.known = new Set(environments);
      const spreadMs = Math.min(SPREAD_MS, member.known.size * 50);
      for (const environment of member.known) {
        const at = clock.now() + spreadMs * clock.random();
        await restore(member, { environment, reason: "start" }, at);
      }
      await boss.work(
        QUEUE,
        {
          batchSize: 1,
          localConcurrency: options.maxRunning ?? MAX_RUNNING,
          pollingIntervalSeconds: options.pollSeconds ?? POLL_SECONDS,
        },
        async (jobs) => {
          for (const job of jobs) await runJob(member, job, work);
        },
      );
      void sweep(member);
    },
    async setEnvironments(environments) {
      const before = member.known;
      member.known = new Set(environments);
      for (const environment of environments)
        if (!before.has(environment))
          await restore(member, { environment, reason: "start" }, clock.now());
    },
    async wake(environment, reason) {
      if (!member.known.has(environment)) return;
      // The one that waits is moved: a second one would not be taken.
      await member.boss?.upsert(
        QUEUE,
        { environment, reason },
        { singletonKey: environment, startAfter: new Date(clock.now()) },
      );
    },
    async stop() {
      member.stopping.abort();
      await member.boss?.stop({ graceful: true, timeout: STOP_MS });
      member.boss = null;
    },
  };
}

/** Sends a tick; nothing where one waits already. */
async function send(
  { boss }: Member,
  tick: Pick<Tick, "environment" | "reason">,
  at: number,
): Promise<void> {
  const key = { singletonKey: tick.environment, startAfter: new Date(at) };
  await boss?.send(QUEUE, tick, key);
}

async function runJob(
  member: Member,
  { data, signal }: BossJob,
  work: TickWork,
): Promise<void> {
  const tick = tickIn(data);
  // One that left the fleet has no successor.
  if (tick === undefined || !member.known.has(tick.environment)) return;
  const { environment } = tick;
  const either = AbortSignal.any([signal, member.stopping.signal]);
  const dueAt = await work({ ...tick, signal: either });
  await send(member, { environment, reason: "interval" }, dueAt);
}

/** Looks now and then for environments that have no tick any more, whatever became of it. */
async function sweep(member: Member): Promise<void> {
  const { options, stopping } = member;
  for (;;) {
    try {
      await options.clock.sleep(options.sweepMs ?? SWEEP_MS, stopping.signal);
      for (const environment of member.known)
        await restore(
          member,
          { environment, reason: "interval" },
          options.clock.now(),
        );
    } catch {
      if (stopping.signal.aborted) return;
      // The database is away; the next look will do.
    }
  }
}

/**
 * Sends a tick where none waits or runs. While one runs, its successor is not there yet: another
 * one would run right after it.
 */
async function restore(
  member: Member,
  tick: Pick<Tick, "environment" | "reason">,
  at: number,
): Promise<void> {
  const jobs = await member.boss?.findJobs(QUEUE, { key: tick.environment });
  if (jobs?.some(({ state }) => ALIVE.includes(state)) === true) return;
  await send(member, tick, at);
}

const REASONS: readonly TickReason[] = [
  "start",
  "interval",
  "commit",
  "order",
  "retry",
];

/** What a job says; `undefined` for one that is not ours. */
function tickIn(
  data: unknown,
): { environment: string; reason: TickReason } | undefined {
  if (!isJsonObject(data)) return undefined;
  const { environment, reason } = data;
  const known = REASONS.find((each) => each === reason);
  return typeof environment === "string" && known !== undefined
    ? { environment, reason: known }
    : undefined;
}

/**
 * Begins, and makes the tables where there are none. Processes that start at once make the same
 * ones: all but one come too late, and begin again.
 */
async function openBoss(options: FleetOptions): Promise<PgBoss> {
  const library = await loadLibrary();
  for (let left = START_TRIES - 1; ; left -= 1)
    try {
      return await startBoss(library, options);
    } catch (error) {
      if (!(error instanceof TransientError) || left === 0) throw error;
      await options.clock.sleep(START_WAIT_MS * (1 + options.clock.random()));
    }
}

async function startBoss(
  { PgBoss: Boss }: typeof Library,
  { execute, schema }: FleetOptions,
): Promise<PgBoss> {
  const { rows } = await execute(
    "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1",
    [schema],
  );
  const boss = new Boss({
    db: { executeSql: execute },
    schema,
    // Who was given a schema may not be allowed to make one.
    createSchema: rows.length === 0,
    schedule: false,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  });
  // What it cannot do now it tries again; its texts can quote statements.
  boss.on("error", () => undefined);
  boss.on("warning", () => undefined);
  await boss.start();
  try {
    if ((await boss.getQueue(QUEUE)) === null)
      await boss.createQueue(QUEUE, QUEUE_OPTIONS);
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false, timeout: STOP_MS });
    throw error;
  }
}

async function loadLibrary(): Promise<typeof Library> {
  const loaded = await loadOptional("pg-boss", () => import("pg-boss"));
  if ("module" in loaded) return loaded.module;
  throw new UserError("STA040", "a fleet needs the package pg-boss", {
    ...loaded,
    notDone: "nothing was reconciled",
  });
}
