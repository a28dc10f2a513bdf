import { setImmediate as turn } from "node:timers/promises";

/** Longest stretch of work, in milliseconds, that an answer of the network waits for. */
const STRETCH_MS = 4;

/**
 * Does work step by step and lets what else waits have its turn in between.
 * @returns What the last step gives.
 */
export async function inTurns<T>(steps: Iterator<void, T>): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < STRETCH_MS) continue;
    await turn();
    since = performance.now();
  }
}
