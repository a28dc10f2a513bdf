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
