import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";

/**
 * The machine's clock and chance. Waiting does not keep the process alive once everything else has
 * ended.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  },
  random: () => Math.random(),
};
