/**
 * Makes one write of all that are asked for while another one is under way. Each resolves when its
 * own write has ended, so none promises more than it would alone; a failure is that of all in it.
 * The order is kept.
 */
export function gathered<T>(
  write: (items: readonly T[]) => Promise<void>,
): (item: T) => Promise<void> {
  let waiting: Waiting<T>[] = [];
  let isUnderWay = false;
  const drain = async (): Promise<void> => {
    isUnderWay = true;
    // Those that ask in this same moment go along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const now = waiting;
      waiting = [];
      try {
        await write(now.map(({ item }) => item));
        for (const { done } of now) done();
      } catch (error) {
        for (const { fail } of now) fail(error);
      }
    }
    isUnderWay = false;
  };
  return (item) =>
    new Promise((done, fail) => {
      waiting.push({ item, done, fail });
      if (!isUnderWay) void drain();
    });
}

interface Waiting<T> {
  readonly item: T;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/** The same for each holder of its own; what two holders ask for is never one write. */
export function gatheredBy<H extends object, T>(
  write: (holder: H, items: readonly T[]) => Promise<void>,
): (holder: H, item: T) => Promise<void> {
  const writers = new WeakMap<H, (item: T) => Promise<void>>();
  return (holder, item) => {
    const known = writers.get(holder);
    const writer =
      known ?? gathered((items: readonly T[]) => write(holder, items));
    if (known === undefined) writers.set(holder, writer);
    return writer(item);
  };
}
