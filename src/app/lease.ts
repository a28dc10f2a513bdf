import { AppError, InternalError } from "../domain/error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Lease } from "../ports/state-store.ts";

/** A third of the lease's life, so that two renewals may fail before it ends. @remarks Source: `LEASE_TTL_MS` of the file backend, 60 s. */
const RENEW_EVERY_MS = 20_000;

/** Renews a lease in the background. */
export interface LeaseKeeper {
  /** The error that ended the lease, as soon as there is one: start no further write. */
  lost(): AppError | undefined;
  stop(): void;
}

/** Keeps a lease alive until it is stopped or lost. */
export function keepLease(lease: Lease, clock: Clock): LeaseKeeper {
  const ended = new AbortController();
  let failure: AppError | undefined;
  const beat = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(RENEW_EVERY_MS, ended.signal);
      await lease.renew();
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
    lost: () => failure,
    stop: () => {
      ended.abort();
    },
  };
}
