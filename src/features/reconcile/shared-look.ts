import type { Clock } from "../../ports/clock.ts";

/** One question that many ask, answered together. */
export interface SharedLook<T> {
  /**
   * An answer that was asked for at most so long before; with 0 one that is asked for after this
   * call, which those who call meanwhile share. Rejects as the question does.
   */
  readonly look: (maxAgeMs: number) => Promise<T>;
}

interface Asked<T> {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly answer: Promise<T>;
}

/** Asks one question at a time, and keeps the last answer. A failure is nobody else's answer. */
export function createSharedLook<T>(
  ask: () => Promise<T>,
  clock: Pick<Clock, "now">,
): SharedLook<T> {
  let last: Asked<T> | null = null;
  let isUnderWay = false;
  let next: Promise<T> | null = null;
  const start = (): Promise<T> => {
    next = null;
    isUnderWay = true;
    const asked: Asked<T> = { at: clock.now(), answer: ask() };
    last = asked;
    asked.answer.then(
      () => {
        isUnderWay = false;
      },
      () => {
        isUnderWay = false;
        last = null;
      },
    );
    return asked.answer;
  };
  const isOver = (): Promise<unknown> =>
    last === null ? Promise.resolve() : last.answer.catch(() => undefined);
  return {
    look: (maxAgeMs) => {
      if (last !== null && maxAgeMs > 0) {
        const age = clock.now() - last.at;
        // A clock that was set back makes nothing young.
        if (age >= 0 && age <= maxAgeMs) return last.answer;
      }
      if (!isUnderWay) return start();
      next ??= isOver().then(start);
      return next;
    },
  };
}
