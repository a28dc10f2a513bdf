/** Ticks of one process, kept in memory. */
import type { TickReason } from "../domain/reconcile/status.ts";
import type { Clock } from "../ports/clock.ts";
import type { Scheduler, TickWork } from "../ports/scheduler.ts";

/** Most ticks under way at once. */
const MAX_RUNNING = 4;

/** One environment's place in the schedule. */
interface Entry {
  /** Milliseconds since 1970. */
  dueAt: number;
  reason: TickReason;
  isRunning: boolean;
  /** Asked for while a tick was under way. */
  wokenFor: TickReason | null;
}

/** What a timer is made from. */
export interface TimerOptions {
  readonly clock: Clock;
  readonly maxRunning?: number;
}

/** Calls work when it is due, a few environments at once, in this process alone. */
export function createTimer({
  clock,
  maxRunning = MAX_RUNNING,
}: TimerOptions): Scheduler {
  const entries = new Map<string, Entry>();
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let work: TickWork | null = null;
  let alarm = new AbortController();

  const ring = (): void => {
    alarm.abort();
  };

  const begin = (environment: string, entry: Entry, run: TickWork): void => {
    const { reason } = entry;
    entry.isRunning = true;
    const finished = run({ environment, reason, signal: stopping.signal })
      .then((dueAt) => {
        entry.dueAt = entry.wokenFor === null ? dueAt : clock.now();
        entry.reason = entry.wokenFor ?? "interval";
        entry.wokenFor = null;
      })
      .finally(() => {
        entry.isRunning = false;
        running.delete(finished);
        ring();
      });
    running.add(finished);
  };

  const loop = async (run: TickWork): Promise<void> => {
    while (!stopping.signal.aborted) {
      alarm = new AbortController();
      const now = clock.now();
      const waiting = waitingIn(entries);
      for (const [environment, entry] of waiting)
        if (entry.dueAt <= now && running.size < maxRunning)
          begin(environment, entry, run);
      const next = waiting.find(([, { dueAt }]) => dueAt > now);
      await sleepUntil(
        clock,
        running.size < maxRunning ? next?.[1].dueAt : undefined,
        AbortSignal.any([alarm.signal, stopping.signal]),
      );
    }
  };

  return {
    start(environments, run) {
      if (work !== null) return Promise.resolve();
      work = run;
      for (const environment of environments)
        entries.set(environment, firstEntry(clock.now()));
      void loop(run);
      return Promise.resolve();
    },
    setEnvironments(environments) {
      const wanted = new Set(environments);
      for (const known of entries.keys())
        if (!wanted.has(known)) entries.delete(known);
      for (const environment of environments)
        if (!entries.has(environment))
          entries.set(environment, firstEntry(clock.now()));
      ring();
      return Promise.resolve();
    },
    wake(environment, reason) {
      const entry = entries.get(environment);
      if (entry === undefined) return Promise.resolve();
      if (entry.isRunning) entry.wokenFor = reason;
      else {
        entry.dueAt = clock.now();
        entry.reason = reason;
      }
      ring();
      return Promise.resolve();
    },
    async stop() {
      stopping.abort();
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** Those without a tick under way, the earliest first. */
function waitingIn(entries: ReadonlyMap<string, Entry>): [string, Entry][] {
  return [...entries]
    .filter(([, { isRunning }]) => !isRunning)
    .sort(([, a], [, b]) => a.dueAt - b.dueAt);
}

function firstEntry(now: number): Entry {
  return { dueAt: now, reason: "start", isRunning: false, wokenFor: null };
}

/** Longest single sleep: timers of the platform end near 24 days. */
const LONGEST_SLEEP_MS = 3_600_000;

/** Sleeps until a moment, or until the signal; never rejects. */
async function sleepUntil(
  clock: Clock,
  until: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const ms =
    until === undefined
      ? LONGEST_SLEEP_MS
      : Math.min(LONGEST_SLEEP_MS, Math.max(0, until - clock.now()));
  try {
    await clock.sleep(ms, signal);
  } catch {
    // Woken.
  }
}
