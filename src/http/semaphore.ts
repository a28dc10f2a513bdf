/** Bounds how many requests are under way at once. */
export interface Semaphore {
  /**
   * Runs `work` when a place is free, first come first served. Rejects with the signal's reason
   * while still waiting.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

interface Waiter {
  readonly enter: () => void;
  readonly leave: (reason: unknown) => void;
}

/**
 * Those who wait under one signal, behind one listener: thousands may wait, and listeners are
 * removed in linear time.
 */
interface Room {
  readonly waiters: Set<Waiter>;
  readonly onAbort: () => void;
}

/** @param places - how many may run at once, at least 1. */
export function createSemaphore(places: number): Semaphore {
  let free = Math.max(1, Math.floor(places));
  const queue = new Set<Waiter>();
  const rooms = new Map<AbortSignal, Room>();

  const roomOf = (signal: AbortSignal): Room => {
    const known = rooms.get(signal);
    if (known !== undefined) return known;
    const waiters = new Set<Waiter>();
    const room: Room = {
      waiters,
      onAbort: () => {
        rooms.delete(signal);
        for (const waiter of waiters) {
          queue.delete(waiter);
          waiter.leave(signal.reason);
        }
      },
    };
    rooms.set(signal, room);
    signal.addEventListener("abort", room.onAbort, { once: true });
    return room;
  };

  const acquire = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    const room = roomOf(signal);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        enter: () => {
          room.waiters.delete(waiter);
          if (room.waiters.size === 0) {
            rooms.delete(signal);
            signal.removeEventListener("abort", room.onAbort);
          }
          resolve();
        },
        leave: reject,
      };
      room.waiters.add(waiter);
      queue.add(waiter);
    });
  };

  const release = (): void => {
    const [next] = queue;
    if (next === undefined) {
      free += 1;
      return;
    }
    queue.delete(next);
    next.enter();
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
