import type { Clock } from "../../src/ports/clock.ts";

/** A clock that moves only when someone waits on it, or when a test says so. Waiting is instant. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Every wait asked for, in milliseconds. */
  readonly waits: readonly number[];
}

/** Starts at 2026-01-01T00:00:00Z unless told otherwise. `random` gives a fixed 0.5. */
export function createFakeClock(
  start: number = Date.UTC(2026, 0, 1),
): FakeClock {
  let at = start;
  const waits: number[] = [];
  return {
    waits,
    now: () => at,
    random: () => 0.5,
    advance(ms) {
      at += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      at += ms;
      // Gives other work a turn, as a real wait would.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}

/** A clock that stands still until a test moves it; who waits goes on when its time has come. */
export interface StandingClock extends Clock {
  /** Moves the time; those whose wait is over go on, in the order of their times. */
  advance(ms: number): Promise<void>;
}

/** Starts at 2026-01-01T00:00:00Z. `random` gives a fixed 0.5. */
export function createStandingClock(): StandingClock {
  let at = Date.UTC(2026, 0, 1);
  const sleepers = new Set<{
    readonly until: number;
    readonly wake: () => void;
  }>();
  return {
    now: () => at,
    random: () => 0.5,
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(reasonOf(signal));
      if (ms <= 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const sleeper = {
          until: at + ms,
          wake: () => {
            signal?.removeEventListener("abort", end);
            sleepers.delete(sleeper);
            resolve();
          },
        };
        const end = (): void => {
          sleepers.delete(sleeper);
          reject(signal === undefined ? new Error("ended") : reasonOf(signal));
        };
        signal?.addEventListener("abort", end, { once: true });
        sleepers.add(sleeper);
      });
    },
    async advance(ms) {
      const end = at + ms;
      for (;;) {
        const next = [...sleepers]
          .filter(({ until }) => until <= end)
          .sort((a, b) => a.until - b.until)[0];
        if (next === undefined) break;
        at = Math.max(at, next.until);
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      at = end;
    },
  };
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("aborted");
}
