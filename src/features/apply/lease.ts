import { leaseNotRenewed } from "../../domain/state/lease-lost.ts";
import {
  AppError,
  InternalError,
  TransientError,
} from "../../domain/problem/error.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  Lease,
  LeaseHolder,
  StateStore,
} from "../../ports/state-store.ts";

/**
 * Renewals in the life of a lease: two may fail, and the third still comes before the last part of
 * it, in which nothing is written.
 */
const RENEWALS_PER_LIFE = 4;
/** For a lease that never ends. */
const MAX_RENEW_MS = 20_000;
/**
 * Share of a lease's life in which writes may leave. The rest is for what is under way then: it
 * must have arrived when another run may begin.
 */
const WRITABLE_SHARE = 5 / 6;

/** Renews a lease in the background. */
export interface LeaseKeeper {
  /** The error that ended the lease, as soon as there is one: start no further write. */
  lost(): AppError | undefined;
  stop(): void;
}

/** A lease that was taken, and who keeps it. */
export interface KeptLease {
  readonly lease: Lease;
  readonly keeper: LeaseKeeper;
}

/**
 * Takes the lease and keeps it. Its time counts from before it was asked for: a process that stood
 * still meanwhile has less of it than it thinks.
 * @throws ConflictError STA003 while another run holds it.
 */
export async function takeLease(
  state: Pick<StateStore, "acquireLease">,
  holder: LeaseHolder,
  clock: Clock,
): Promise<KeptLease> {
  let age = stopwatch(clock);
  const lease = await state.acquireLease(holder);
  // An answer that took long has used up its time.
  if (age() >= lease.ttlMs / RENEWALS_PER_LIFE) {
    age = stopwatch(clock);
    await lease.renew();
  }
  return { lease, keeper: keepLease(lease, clock, age) };
}

/**
 * Keeps a lease alive until it is stopped or lost. A renewal that could not reach its backend is
 * tried again while the lease still holds; one that was not renewed in time counts as lost even
 * while the attempt hangs, because others may have taken it.
 */
export function keepLease(
  lease: Lease,
  clock: Clock,
  since: () => number = stopwatch(clock),
): LeaseKeeper {
  const ended = new AbortController();
  const renewEvery = Math.min(lease.ttlMs / RENEWALS_PER_LIFE, MAX_RENEW_MS);
  let failure: AppError | undefined;
  let age = since;
  const isOver = (): boolean => age() >= lease.ttlMs * WRITABLE_SHARE;
  const beat = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(renewEvery, ended.signal);
      const asked = stopwatch(clock);
      try {
        await lease.renew();
        age = asked;
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
    lost: () => failure ?? (isOver() ? leaseNotRenewed() : undefined),
    stop: () => {
      ended.abort();
    },
  };
}

/**
 * What every request that writes passes at its last moment. After one was let pass the error says
 * that there may be an effect: what came of it is found by looking.
 */
export function writeGuard(keeper: LeaseKeeper): () => void {
  let hasPassed = false;
  return () => {
    const lost = keeper.lost();
    if (lost === undefined) hasPassed = true;
    else if (!hasPassed) throw lost;
    else
      throw new TransientError(lost.code, lost.message, {
        status: null,
        mayHaveCommitted: true,
        ...(lost.why === undefined ? {} : { why: lost.why }),
        ...(lost.fix === undefined ? {} : { fix: lost.fix }),
        notDone: "the request was not sent again",
        cause: lost,
      });
  };
}

/**
 * How long ago this was called. Of a clock that can be set and one that cannot, which may stand
 * still while the machine sleeps, the one that says more counts.
 */
function stopwatch(clock: Clock): () => number {
  const readings = (): readonly [number, number] => [
    clock.now(),
    clock.elapsed?.() ?? 0,
  ];
  const start = readings();
  return () => {
    const now = readings();
    return Math.max(now[0] - start[0], now[1] - start[1]);
  };
}
