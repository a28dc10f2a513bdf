/** Bounds how many requests are under way at once. */
export interface Semaphore {
  /** Runs `work` when a place is free, first come first served. Rejects with the signal's reason while still waiting. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** @param places - how many may run at once, at least 1. */
export function createSemaphore(places: number): Semaphore {
  let free = Math.max(1, Math.floor(places));
  const waiting = new Set<() => void>();

  const acquire = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.delete(enter);
        // The reason is whatever the caller aborted with; it is passed on as it is.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an abort reason need not be an Error
        reject(signal.reason);
      };
      const enter = (): void => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      waiting.add(enter);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  };

  const release = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    async run(work, signal) {
      await acquire(signal);
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
