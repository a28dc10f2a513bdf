import type { TickReason } from "../domain/reconcile/status.ts";

/** One run of an environment's work. */
export interface Tick {
  readonly environment: string;
  readonly reason: TickReason;
  /** Aborted when the scheduler wants the work to end: finish what is in flight, start nothing. */
  readonly signal: AbortSignal;
}

/**
 * Does the work of one tick. @returns when the next one is due, in milliseconds since 1970. Never
 * rejects: what goes wrong is part of the work.
 */
export type TickWork = (tick: Tick) => Promise<number>;

/**
 * Calls work for environments when it is due. Correctness never rests on it: a lease with a fence
 * keeps two ticks of one environment apart, whoever starts them.
 *
 * Obligations: never runs two ticks of one environment at once in one process; loses no
 * environment, whatever dies; several wakes before a tick begins make one tick.
 */
export interface Scheduler {
  /** Begins; the first tick of each environment is due at once, spread over a while. */
  start(environments: readonly string[], work: TickWork): Promise<void>;
  /** Adds what is new and leaves out what is gone; ticks under way are finished. */
  setEnvironments(environments: readonly string[]): Promise<void>;
  /** Makes a tick due now; one under way is followed by another. */
  wake(environment: string, reason: TickReason): Promise<void>;
  /** Starts no more ticks and waits for those under way. */
  stop(): Promise<void>;
}
