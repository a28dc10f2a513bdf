import type { AppError, StopSignal } from "../domain/problem/error.ts";
import {
  ConflictError,
  InterruptedError,
  InvalidDocumentsError,
  RefusedError,
  RemoteError,
  UserError,
} from "../domain/problem/error.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type { Outcome } from "../domain/state/outcome.ts";
import { unreadableKeys } from "../domain/problem/unreadable.ts";

/** The exit statuses: a contract. @remarks Source: design, section "Command line". */
export const EXIT = {
  done: 0,
  failed: 1,
  changes: 2,
  invalid: 3,
  partial: 4,
  stale: 5,
  refused: 6,
  unauthorized: 7,
  usage: 64,
  interrupted: 130,
  terminated: 143,
} as const;

/**
 * 128 and the number of the signal, as shells have it; of the four, Ctrl-C and SIGTERM are the ones
 * a script meets.
 */
const EXIT_OF_SIGNAL: Readonly<Record<StopSignal, number>> = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: 129,
  SIGQUIT: 131,
};

/** The exit status of a run that a signal asked to stop. */
export function exitCodeOfSignal(signal: StopSignal): number {
  return EXIT_OF_SIGNAL[signal];
}

/**
 * An exit status as a family of programs means it. `flux`: 0 in sync, 1 something differs, 2
 * everything else; what a signal ended stays as it is.
 */
export function exitCodeInStyle(code: number, style: unknown): number {
  if (style !== "flux" || code === EXIT.done || code > EXIT.usage) return code;
  return code === EXIT.changes ? 1 : 2;
}

/** The exit status for an error that ended a command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return exitCodeOfSignal(error.signal);
  if (error instanceof InvalidDocumentsError) return EXIT.invalid;
  if (error instanceof RefusedError) return EXIT.refused;
  if (error instanceof ConflictError) return EXIT.stale;
  if (error instanceof RemoteError)
    return error.status === 401 || error.status === 403
      ? EXIT.unauthorized
      : EXIT.failed;
  if (error instanceof UserError) return exitCodeOfUserError(error);
  return EXIT.failed;
}

function exitCodeOfUserError(error: AppError): number {
  if (error.code.startsWith("CLI")) return EXIT.usage;
  if (error.code === "DRV080" || error.code === "DRV081")
    return EXIT.unauthorized;
  return EXIT.invalid;
}

/**
 * The exit status of having planned, or of having applied a plan that went well: 0 unless the plan
 * had to leave something out.
 */
export function exitCodeOfPlan(
  plan: Pick<Plan, "findings">,
  whenLeftOut: number,
): number {
  return unreadableKeys(plan).length > 0 ? whenLeftOut : EXIT.done;
}

/** What the exit status of a run depends on, besides its plan. */
interface EndedRun {
  readonly outcomes: readonly Outcome[];
  readonly unrecorded: AppError | null;
}

/**
 * The exit status of an apply: the worst that happened to any change; what is not recorded, or was
 * left out of the plan, is not done.
 */
export function exitCodeOfRun(
  { outcomes, unrecorded }: EndedRun,
  plan: Pick<Plan, "findings">,
): number {
  const worst = exitCodeOfOutcomes(outcomes);
  if (worst !== EXIT.done) return worst;
  return unrecorded === null
    ? exitCodeOfPlan(plan, EXIT.partial)
    : EXIT.partial;
}

function exitCodeOfOutcomes(outcomes: readonly Outcome[]): number {
  if (outcomes.some((o) => o.status === "failed" || o.status === "unknown"))
    return EXIT.partial;
  if (outcomes.some((o) => o.status === "skipped"))
    return outcomes.some((o) => o.code === "PLN207")
      ? EXIT.stale
      : EXIT.partial;
  return EXIT.done;
}
