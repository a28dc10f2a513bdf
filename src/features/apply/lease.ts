import {
  AppError,
  ConflictError,
  InternalError,
  TransientError,
} from "../../domain/problem/error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Lease } from "../../ports/state-store.ts";

/**
 * A third of the shortest lease's life, so that two renewals may fail before it ends. @remarks
 * Source: `LEASE_TTL_MS` of the file backend, 60 s.
 */
const RENEW_EVERY_MS = 20_000;

/** Renews a lease in the background. */
export interface LeaseKeeper {
  /** The error that ended the lease, as soon as there is one: start no further write. */
  lost(): AppError | undefined;
  stop(): void;
}

/**
 * Keeps a lease alive until it is stopped or lost. A renewal that could not reach its backend is
 * tried again while the lease still holds; one that was not renewed in time counts as lost even
 * while the attempt hangs, because others may have taken it.
 */
export function keepLease(lease: Lease, clock: Clock): LeaseKeeper {
  const ended = new AbortController();
  let failure: AppError | undefined;
  let renewedAt = clock.now();
  const isOver = (): boolean => clock.now() - renewedAt >= lease.ttlMs;
  const beat = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(RENEW_EVERY_MS, ended.signal);
      const startedAt = clock.now();
      try {
        await lease.renew();
        renewedAt = startedAt;
      } catch (error) {
        if (!(error instanceof TransientError) || isOver()) throw error;
      }
    }
  };
  beat().catch((error: unknown) => {
    if (ended.signal.aborted) return;
    failure =
      error instanceof AppError
        ? error
        : new InternalError("INT001", "the lease could not be renewed", {
            cause: error,
          });
  });
  return {
    lost: () => failure ?? (isOver() ? notRenewed() : undefined),
    stop: () => {
      ended.abort();
    },
  };
}

function notRenewed(): ConflictError {
  return new ConflictError(
    "STA004",
    "the lease of this run was not renewed in time",
    {
      why: "its state could not be reached; another run may have taken it over",
      fix: "plan again when the state can be reached",
      notDone: "no further change was started",
    },
  );
}
