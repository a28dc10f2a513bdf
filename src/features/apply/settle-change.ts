/**
 * What becomes of a change: reading back, and truthful outcomes where something went wrong.
 */
import { verifyApplied } from "../../engine/plan/verify-applied.ts";
import type { AppError } from "../../domain/problem/error.ts";
import {
  ConflictError,
  InternalError,
  RemoteError,
  TransientError,
} from "../../domain/problem/error.ts";
import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { PlanChange, PlanStep } from "../../domain/generated/plan.ts";
import type { JournalEntry } from "../../domain/state/ledger.ts";
import type { Outcome, StepRecord } from "../../domain/state/outcome.ts";
import type { Lease } from "../../ports/state-store.ts";
import type { ApplyContext } from "./apply-context.ts";
import type { LeaseKeeper } from "./lease.ts";
import type { ResolvedSecrets } from "./plan-secrets.ts";
import { readLive, type PreconditionContext } from "./precondition.ts";
import { asAppError } from "./unrecorded.ts";

/** What carrying out one change works with. */
export interface ChangeContext
  extends
    Pick<ApplyContext, "state" | "clock" | "sink" | "scrub">,
    PreconditionContext {
  readonly resolved: ResolvedSecrets;
  readonly lease: Lease;
  readonly keeper: LeaseKeeper;
}

/** The outcome of one change, and the error that makes starting further changes pointless. */
export interface ChangeResult {
  readonly outcome: Outcome;
  readonly haltsRun?: AppError;
  /** What the outcome rests on where that is an answer to a write and nothing was read since. */
  readonly answered?: Answered;
}

/** A change of which only the answers to its writes were seen. */
export interface Answered {
  readonly change: PlanChange;
  readonly outcome: Outcome;
  /** The connection as they show it; `null` where they say that there is none. */
  readonly shown: ListedConnection | null;
}

/** How far a change came. */
export interface Progress {
  remoteId: string | null;
  readonly steps: StepRecord[];
  /** The step that is under way or was the last to begin. */
  current: PlanStep | null;
  /** The connection as it was read before the first step, or as the last one showed it. */
  seen: LiveConnection | null;
  /** The connection as the answer to the last step shows it, `undefined` where it does not. */
  shown: LiveConnection | null | undefined;
}

/** True for a change that is only written down. */
export function isOnlyRecorded({ steps }: PlanChange): boolean {
  return steps.every((step) => step === "record");
}

/** True for a step that is about a custom provider. */
export function isProviderStep(step: PlanStep | null): boolean {
  return step?.endsWith("_provider") === true;
}

/**
 * Waits between looks at a change that is written but not yet readable, in milliseconds. Together
 * 3.1 seconds: longer than the read-after-write lag an eventually consistent store shows in
 * ordinary operation.
 */
const READ_BACK_WAITS_MS = [0, 100, 300, 700, 2000];

/** Code of a change that the platform accepted and does not show. */
export const NOT_SHOWN = "DRV090";

/**
 * Looks until the platform shows what was written. @returns What it shows. @throws RemoteError
 * DRV090 when it never does.
 */
export async function assertReadBack(
  change: PlanChange,
  progress: Progress,
  context: ChangeContext,
): Promise<LiveConnection | null> {
  // Who is forgotten is not there, or is somebody else's by now.
  if (isOnlyRecorded(change) || change.action === "forget") return null;
  let differing: readonly string[] = [];
  for (const wait of READ_BACK_WAITS_MS) {
    if (wait > 0) await context.clock.sleep(wait, context.signal);
    const live =
      change.action === "delete"
        ? await readLive(change, change.remote_id, context)
        : await readLive(
            { ...change, previous_key: change.key },
            progress.remoteId,
            context,
          );
    differing = verifyApplied(change, live);
    if (differing.length === 0) return live;
  }
  throw new RemoteError(
    NOT_SHOWN,
    `the platform accepted "${change.key}" but does not show it: ${differing.join(", ")}`,
    {
      status: null,
      why: "after a write the connection is read and compared with the plan",
      fix: `compare it with: tieline plan <environment>; if the platform cannot hold the value, remove it from the document`,
    },
  );
}

/**
 * Turns a failure into a truthful outcome; where it is not known whether a write took effect, the
 * platform is asked.
 */
export async function explain(
  error: AppError,
  change: PlanChange,
  progress: Progress,
  context: ChangeContext,
): Promise<ChangeResult> {
  const ending = await endingOf(error, change, progress, context);
  const result = await finish(change, context, progress, ending);
  return isFatal(error) ? { ...result, haltsRun: error } : result;
}

async function endingOf(
  error: AppError,
  change: PlanChange,
  progress: Progress,
  context: ChangeContext,
): Promise<Ending> {
  const reason = { code: error.code, message: error.message };
  if (error instanceof ConflictError && progress.steps.length === 0)
    return { status: "skipped", ...reason };
  if (!(error instanceof TransientError && error.mayHaveCommitted))
    return { status: "failed", ...reason };
  const settled = await readBackQuietly(change, progress, context);
  return settled === "applied"
    ? { status: "applied", isReadBack: true }
    : { status: settled, ...reason };
}

/**
 * `applied` when the platform shows exactly the planned result, `failed` when it shows something
 * else, `unknown` when it cannot be asked.
 */
async function readBackQuietly(
  change: PlanChange,
  progress: Progress,
  context: ChangeContext,
): Promise<"applied" | "failed" | "unknown"> {
  // Neither a secret that may have arrived nor a provider that may have gone can be seen by reading
  // the connection.
  if (
    change.secrets.some((secret) => secret.state !== "unchanged") ||
    isProviderStep(progress.current)
  )
    return "unknown";
  try {
    const live =
      change.action === "delete"
        ? await readLive(change, change.remote_id, context)
        : await context.api.find(change.key, context.signal);
    if (live !== null) progress.remoteId = live.remoteId;
    return verifyApplied(change, live).length === 0 ? "applied" : "failed";
  } catch {
    // The original error says why; this second failure adds nothing to it.
    return "unknown";
  }
}

/**
 * No use in going on: the credentials are refused, what is done cannot be recorded, the plan is not
 * true, or the run was cut short.
 */
function isFatal(error: AppError): boolean {
  const { code } = error;
  if (code.startsWith("STA") || code === "PLN201") return true;
  if (error instanceof InternalError) return true;
  return (
    error instanceof RemoteError &&
    (error.status === 401 || error.status === 403)
  );
}

type Ending = Pick<Outcome, "status"> &
  Partial<Pick<Outcome, "code" | "message" | "isReadBack" | "redirectUri">>;

export async function finish(
  change: PlanChange,
  context: ChangeContext,
  progress: Progress,
  ending: Ending,
): Promise<ChangeResult> {
  const outcome: Outcome = {
    key: change.key,
    action: change.action,
    ...ending,
    remoteId: progress.remoteId,
    steps: progress.steps,
  };
  try {
    const at = new Date(context.clock.now()).toISOString();
    const entry: JournalEntry = { kind: "outcome", outcome, at };
    await context.state.appendJournal(entry, context.lease);
    return { outcome };
  } catch (error) {
    // What happened to the platform happened, recorded or not; further changes must not follow it.
    return { outcome, haltsRun: asAppError(error) };
  }
}
