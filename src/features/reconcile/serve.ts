import type { EnvironmentRules } from "../../domain/environment.ts";
import { AppError, UserError } from "../../domain/problem/error.ts";
import type { EnvironmentStatus } from "../../domain/reconcile/status.ts";
import { exitCodeOfSignal, EXIT } from "../../command/exit-codes.ts";
import type { Io } from "../../command/io.ts";
import { readPageSignIn } from "../../environment/page-auth.ts";
import { openFleet } from "../../environment/fleet.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { openWakeProof } from "../../environment/wake-secret.ts";
import { renderError } from "../../output/diagnostics.ts";
import type { ReconcileStore } from "../../ports/reconcile-store.ts";
import type { Scheduler } from "../../ports/scheduler.ts";
import { createTimer } from "../../schedulers/timer.ts";
import { durationMs } from "../../util/duration.ts";
import { createMetrics } from "../page/metrics.ts";
import { startPage } from "../page/start-page.ts";
import type { Page } from "../page/options.ts";
import { orderLine } from "../page/tick-line.ts";
import { chosenEnvironments } from "./chosen-environments.ts";
import type { ReconcileInput } from "./command.ts";
import type { Followed } from "./followed.ts";
import type { FleetChoice } from "./open-fleet-file.ts";
import type { Reconciler } from "./reconcile.ts";

/** How often a followed branch is asked for, when nobody says. */
const POLL_MS = 60_000;

/** How often the store is asked for what people of other processes want, at most. */
const ORDERS_MS = 5_000;

/**
 * How long ticks may take to end once they were asked to: a write in flight has its own timeout,
 * and what it did has to be recorded.
 */
const GRACE_MS = 60_000;

/**
 * How long after it was due a look may end, before the loop counts as stuck: platforms are slow.
 */
const LATE_MS = 600_000;

/** What serving works with. */
export interface ServeContext {
  readonly reconciler: Reconciler;
  readonly followed: Followed;
  readonly rules: readonly EnvironmentRules[];
  readonly fleet: FleetChoice;
  readonly store: ReconcileStore;
  readonly input: ReconcileInput;
  readonly io: Io;
  /** Aborted to cut requests short. */
  readonly ended: AbortController;
  readonly onTick: (listener: (status: EnvironmentStatus) => void) => void;
}

/**
 * Reconciles until a signal asks to stop: the write in flight is finished and recorded, then the
 * process ends. SIGHUP makes every environment due at once. Resolves to the exit status.
 */
export async function serve(context: ServeContext): Promise<number> {
  const { reconciler, rules, io, ended } = context;
  const pollMs = pollOf(context.input);
  const scheduler = schedulerFor(context);
  const names = new Set(rules.map(({ name }) => name));
  const stopping = new AbortController();
  let loopAt: number | null = null;
  context.onTick(() => {
    loopAt = systemClock.now();
  });
  io.interrupt.beginServing((signal) => {
    if (signal === "SIGHUP") {
      for (const name of names) void scheduler.wake(name, "order");
      return "taken";
    }
    stopping.abort();
    return "stop";
  });
  const page = await openPage(context, {
    scheduler,
    names,
    loopAgeMs: () => (loopAt === null ? null : systemClock.now() - loopAt),
  });
  try {
    if (page !== null) io.err(`status page: ${page.address}\n`);
    await scheduler.start([...names], (tick) => reconciler.tick(tick));
    await watch(context, { scheduler, names, pollMs, signal: stopping.signal });
  } finally {
    // The second signal, or the end of the grace, cuts requests short.
    const cut = setTimeout(() => {
      ended.abort();
    }, GRACE_MS);
    const onSecond = (): void => {
      ended.abort();
    };
    io.interrupt.signal.addEventListener("abort", onSecond, { once: true });
    await scheduler.stop();
    clearTimeout(cut);
    await page?.close();
  }
  const signal = io.interrupt.requested();
  return signal === undefined ? EXIT.done : exitCodeOfSignal(signal);
}

/** @throws UserError CLI001 for a fleet without a database that it could share. */
function schedulerFor({ input, rules, io }: ServeContext): Scheduler {
  if (!input.options.fleet) return createTimer({ clock: systemClock });
  const [state] = rules.map((each) => each.state);
  if (state?.backend === "postgres")
    return openFleet({
      schema: state.schema,
      env: io.env,
      scrubber: io.scrubber,
    });
  throw new UserError("CLI001", "a fleet shares its work through PostgreSQL", {
    why: "the state of these environments is not kept there",
    fix: "keep it there (state: {backend: postgres} in environment.yaml), or run one process without --fleet",
    notDone: "nothing was started",
  });
}

/** @throws UserError CLI001 */
function pollOf({ options }: ReconcileInput): number {
  if (options.poll === undefined) return POLL_MS;
  const ms = durationMs(options.poll);
  if (ms !== undefined && ms >= 1_000) return ms;
  throw new UserError(
    "CLI001",
    `--poll takes a duration, not "${options.poll}"`,
    {
      fix: "write one such as 30s or 5m",
      notDone: "nothing was started",
    },
  );
}

/**
 * Asks the followed branch for new commits, and the store for what people of other processes asked
 * for, until it is told to stop.
 */
async function watch(
  context: ServeContext,
  loop: {
    readonly scheduler: Scheduler;
    /** Of the environments, kept as the followed branch has them. */
    readonly names: Set<string>;
    readonly pollMs: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { scheduler, names, pollMs, signal } = loop;
  const isNewCommit = commitWatch(context);
  const ordered = orderWatch(context, names);
  let askedAt = systemClock.now();
  for (;;) {
    try {
      await systemClock.sleep(Math.min(pollMs, ORDERS_MS), signal);
    } catch {
      return;
    }
    for (const name of await ordered()) await scheduler.wake(name, "order");
    if (systemClock.now() - askedAt < pollMs) continue;
    askedAt = systemClock.now();
    if (!(await isNewCommit())) continue;
    await refresh(context, scheduler, names);
    for (const name of names) await scheduler.wake(name, "commit");
  }
}

/** Takes up environments that came with a commit, and leaves those that went. */
async function refresh(
  { followed, fleet, input, io }: ServeContext,
  scheduler: Scheduler,
  names: Set<string>,
): Promise<void> {
  try {
    const { source } = await followed.look(0);
    const now = await chosenEnvironments(
      source,
      input.args.environment,
      io.env,
      fleet,
    );
    names.clear();
    for (const { name } of now) names.add(name);
    await scheduler.setEnvironments([...names]);
  } catch (error) {
    // What is wrong with an environment is told by its own ticks.
    if (!(error instanceof AppError)) throw error;
    io.err(`${followed.place}:\n${renderError(error, io.errStyle)}`);
  }
}

/** Tells whether the followed branch moved since it was asked last. */
function commitWatch({
  followed,
  input,
  io,
}: ServeContext): () => Promise<boolean> {
  let last: string | null | undefined;
  return async () => {
    if (input.options.follow === undefined) return false;
    try {
      const { commit } = await followed.look(0);
      const isNew = last !== undefined && commit !== last;
      last = commit;
      return isNew;
    } catch (error) {
      // The next tick meets it, too, and records it.
      if (!(error instanceof AppError)) throw error;
      io.err(`${followed.place}:\n${renderError(error, io.errStyle)}`);
      return false;
    }
  };
}

/** Tells for which environments somebody asked for a tick since it was asked last. */
function orderWatch(
  { store, io }: ServeContext,
  names: ReadonlySet<string>,
): () => Promise<readonly string[]> {
  const seen = new Map<string, string>();
  return async () => {
    const found: string[] = [];
    try {
      for (const name of names) {
        const { reconcileNow, suspension } = await store.readOrders(name);
        const mark = [reconcileNow?.at ?? "", suspension?.at ?? ""].join(" ");
        if (seen.has(name) && seen.get(name) !== mark) found.push(name);
        seen.set(name, mark);
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      io.err(renderError(error, io.errStyle));
    }
    return found;
  };
}

async function openPage(
  context: ServeContext,
  loop: {
    readonly scheduler: Scheduler;
    /** Of the environments, kept as the followed branch has them. */
    readonly names: ReadonlySet<string>;
    readonly loopAgeMs: () => number | null;
  },
): Promise<Page | null> {
  const { scheduler, names, loopAgeMs } = loop;
  const { input, io, store, rules } = context;
  const { listen, publicHost, logFormat } = input.options;
  if (listen === undefined) return null;
  const { host, port } = addressOf(listen);
  const proof = await openWakeProof({ env: io.env, scrubber: io.scrubber });
  const settings = new Map(
    rules.map(({ name, reconcile }) => [name, reconcile]),
  );
  const settingsOf = (name: string) => settings.get(name) ?? null;
  const metrics = await createMetrics({ clock: systemClock, settingsOf });
  if (metrics !== null)
    context.onTick((status) => {
      metrics.countTick(status);
    });
  const wakeAll = async (): Promise<void> => {
    for (const name of names) await scheduler.wake(name, "commit");
  };
  return startPage({
    store,
    clock: systemClock,
    host,
    port,
    publicHosts: publicHost,
    auth: await readPageSignIn({ env: io.env, scrubber: io.scrubber }),
    metrics,
    wake: (name) => scheduler.wake(name, "order"),
    wakeHook: proof === null ? null : { proof, wakeAll },
    settingsOf,
    loopAgeMs,
    maxLoopAgeMs: maxLoopAgeOf(context),
    scrub: (text) => io.scrubber.scrub(text),
    onOrder: (entry) => {
      io.out(
        orderLine(
          entry,
          systemClock.now(),
          logFormat ?? (io.isJson ? "json" : "text"),
        ),
      );
    },
    onFailure: (message) => {
      io.err(`${message}\n`);
    },
  });
}

/**
 * How long nothing may happen before the loop counts as stuck: looks are as far apart as the
 * shortest interval. In a fleet the others may do all of them.
 */
function maxLoopAgeOf({ rules, input }: ServeContext): number {
  if (input.options.fleet) return Number.MAX_SAFE_INTEGER;
  const [shortest = 0] = rules
    .map(({ reconcile }) => reconcile.intervalMs)
    .sort((a, b) => a - b);
  return LATE_MS + 1.1 * shortest;
}

/** @throws UserError CLI001 for anything but an address and a port. */
function addressOf(text: string): {
  readonly host: string;
  readonly port: number;
} {
  const [, host, port] =
    /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/u.exec(text) ?? [];
  if (host !== undefined && Number(port) <= 65_535)
    return { host: host.replace(/^\[|\]$/gu, ""), port: Number(port) };
  throw new UserError(
    "CLI001",
    `--listen takes an address and a port, not "${text}"`,
    {
      fix: "write it like 127.0.0.1:8080",
      notDone: "nothing was started",
    },
  );
}
