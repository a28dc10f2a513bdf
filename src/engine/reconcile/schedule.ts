import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import type { TickResult } from "../../domain/reconcile/status.ts";

/** How far a tick may move from its time, as a share of the wait, so that many do not meet. */
const JITTER = 0.1;

/** What the next tick's time follows from. Times are in milliseconds since 1970. */
export interface NextTickInput {
  readonly settings: Pick<ReconcileSettings, "intervalMs" | "retryMs">;
  readonly result: TickResult;
  /** Failures in a row, this one included. */
  readonly failureCount: number;
  /** True when trying sooner cannot help: the credentials were refused. */
  readonly isHopeless: boolean;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** When a suspension ends by itself; `null`: it does not. */
  readonly suspendedUntil: number | null;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * When an environment is looked at next. Ticks keep their distance from start to start; a failure
 * is tried again after a wait that doubles up to the interval, and what was changed is looked at
 * again soon.
 */
export function nextTickAt(input: NextTickInput): number {
  const { settings, result, startedAt, finishedAt, suspendedUntil } = input;
  const usual = Math.max(
    finishedAt,
    startedAt + spread(settings.intervalMs, input.random),
  );
  switch (result) {
    case "failed":
    case "partial":
      if (input.isHopeless) return usual;
      return Math.min(usual, finishedAt + spread(backoff(input), input.random));
    case "healed":
    case "rolled-out":
    case "held":
      return Math.min(
        usual,
        finishedAt + spread(settings.retryMs, input.random),
      );
    case "suspended":
      return suspendedUntil === null ? usual : Math.min(usual, suspendedUntil);
    default:
      return usual;
  }
}

function backoff({ settings, failureCount }: NextTickInput): number {
  const doubled = settings.retryMs * 2 ** Math.min(30, failureCount - 1);
  return Math.min(settings.intervalMs, doubled);
}

/** Somewhere within {@link JITTER} around the wait. */
function spread(ms: number, random: number): number {
  return Math.round(ms * (1 - JITTER + 2 * JITTER * random));
}
