/**
 * Time and chance, as arguments: nothing below the shells reads a clock or a random source by
 * itself.
 */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /**
   * Milliseconds of a clock that nobody can set, for how long something took; missing where `now`
   * is never set.
   */
  elapsed?(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1), for jitter. */
  random(): number;
}
