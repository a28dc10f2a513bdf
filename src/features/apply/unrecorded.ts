/**
 * What happens when the state cannot be written: before the first request nothing has changed,
 * afterwards the run still tells what it did.
 */
import {
  AppError,
  InternalError,
  UserError,
} from "../../domain/problem/error.ts";
import type { Lease } from "../../ports/state-store.ts";
import type { EventSink } from "../../ports/event-sink.ts";

/**
 * Runs work that throws before its first request only. A state that cannot be written then means
 * that nothing was changed.
 */
export async function withNothingChanged<T>(
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "STA035") throw error;
    throw new UserError(error.code, error.message, {
      ...(error.why === undefined ? {} : { why: error.why }),
      ...(error.fix === undefined ? {} : { fix: error.fix }),
      notDone: "nothing was changed",
      cause: error,
    });
  }
}

/** How far writes came, and why no further; `null` when all were made. */
interface Recorded {
  readonly written: number;
  readonly problem: AppError | null;
}

/** Carries out writes one after the other, up to the first that fails. */
export async function recordInOrder(
  writes: readonly (() => Promise<void>)[],
): Promise<Recorded> {
  let written = 0;
  try {
    for (const write of writes) {
      await write();
      written += 1;
    }
    return { written, problem: null };
  } catch (error) {
    return { written, problem: asAppError(error) };
  }
}

/**
 * Gives a lease back. One that cannot be given back ends by itself, and must not hide how the run
 * went.
 */
export async function releaseQuietly(
  lease: Lease,
  sink: EventSink,
): Promise<void> {
  try {
    await lease.release();
  } catch (error) {
    const { message } = asAppError(error);
    sink.emit({
      kind: "notice",
      message: `the lease of this run was not given back, and ends by itself: ${message}`,
    });
  }
}

/** An error as one of ours; what nobody foresaw is a bug. */
export function asAppError(error: unknown): AppError {
  return error instanceof AppError
    ? error
    : new InternalError(
        "INT001",
        "an unexpected internal error stopped this change",
        { cause: error },
      );
}
