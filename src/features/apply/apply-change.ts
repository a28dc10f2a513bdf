import { isPlainAddress } from "../../domain/address.ts";
import { verifyApplied } from "../../engine/plan/verify-applied.ts";
import { ConflictError } from "../../domain/problem/error.ts";
import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { PlanChange, PlanStep } from "../../domain/generated/plan.ts";
import type { JournalEntry } from "../../domain/state/ledger.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import type { StepRequest, StepResult } from "../../ports/connections-api.ts";
import { writeGuard } from "./lease.ts";
import {
  assertPrecondition,
  NAME_IS_TAKEN,
  staleChange,
} from "./precondition.ts";
import {
  assertReadBack,
  explain,
  finish,
  isOnlyRecorded,
  isProviderStep,
  type ChangeContext,
  type ChangeResult,
  type Progress,
} from "./settle-change.ts";
import { asAppError } from "./unrecorded.ts";

/**
 * Carries out one change behind its precondition and reads it back. Never throws: every failure is
 * an outcome.
 */
export async function applyChange(
  change: PlanChange,
  context: ChangeContext,
): Promise<ChangeResult> {
  context.sink.emit({
    kind: "change-started",
    key: change.key,
    action: change.action,
  });
  const progress: Progress = {
    remoteId: change.remote_id,
    steps: [],
    current: null,
    seen: null,
    shown: undefined,
  };
  try {
    const before = await assertPrecondition(change, context);
    progress.seen = before;
    for (const { step, provider } of stepsOf(change))
      await takeStep(step, { change, provider }, progress, context);
    const answer = answerOf(change, progress);
    const after =
      answer === undefined
        ? await assertReadBack(change, progress, context)
        : answer;
    if (change.steps.includes("update_provider"))
      context.providerWrites.note(before, after);
    const result = await finish(change, context, progress, {
      status: "applied",
      ...newRedirectUri(change, after, context),
    });
    if (answer === undefined) return result;
    const shown = answer === null ? null : listedOf(answer);
    return { ...result, answered: { change, outcome: result.outcome, shown } };
  } catch (error) {
    return explain(asAppError(error), change, progress, context);
  }
}

/**
 * What the answers to the writes of a change show, where it is all that was planned; `undefined`
 * where it has to be read.
 */
function answerOf(
  change: PlanChange,
  { shown }: Progress,
): LiveConnection | null | undefined {
  if (shown === undefined || isOnlyRecorded(change)) return undefined;
  return verifyApplied(change, shown).length === 0 ? shown : undefined;
}

/** Kept until the end of a run, for each of thousands: no more than the list shows. */
function listedOf(live: LiveConnection): ListedConnection {
  const { key, remoteId, provider, authType, status, isEnabled } = live;
  return { key, remoteId, provider, authType, status, isEnabled };
}

/**
 * Only a connection that was made has an address nobody knows yet. It is the platform's text, and
 * outcomes are stored: one that is no plain address, or holds something secret, is left to the
 * dashboard to show.
 */
function newRedirectUri(
  { action }: PlanChange,
  live: LiveConnection | null,
  { scrub }: ChangeContext,
): Pick<Outcome, "redirectUri"> {
  const uri = live?.computed["/credentials/redirect_uri"];
  const isNew = action === "create" || action === "replace";
  return isNew &&
    typeof uri === "string" &&
    isPlainAddress(uri) &&
    scrub(uri) === uri
    ? { redirectUri: uri }
    : {};
}

interface Act {
  readonly step: Exclude<PlanStep, "record">;
  /** Provider that the step is about: that of the connection, or one that it leaves. */
  readonly provider: string;
}

/** What a change does to the platform, in its order. */
function stepsOf(change: PlanChange): readonly Act[] {
  const removed = [...(change.removed_providers ?? [])];
  return change.steps.flatMap((step) => {
    if (step === "record") return [];
    const left = step === "delete_provider" ? removed.shift() : undefined;
    return [{ step, provider: left ?? change.provider }];
  });
}

async function takeStep(
  step: Act["step"],
  { change, provider }: { change: PlanChange; provider: string },
  progress: Progress,
  context: ChangeContext,
): Promise<void> {
  const lost = context.keeper.lost();
  if (lost !== undefined) throw lost;
  const { state, clock, sink } = context;
  progress.current = step;
  const intent: JournalEntry = {
    kind: "step",
    key: change.key,
    action: change.action,
    step,
    ...(isProviderStep(step) ? { provider } : {}),
    at: new Date(clock.now()).toISOString(),
  };
  await state.appendJournal(intent, context.lease);
  sink.emit({ kind: "step", key: change.key, step });
  const request: StepRequest = {
    step,
    key: change.key,
    provider,
    authType: change.auth_type,
    remoteId: progress.remoteId,
    fields: change.desired?.fields ?? {},
    secrets: context.resolved.get(change.key) ?? new Map(),
    ...(progress.seen === null ? {} : { seen: progress.seen }),
    beforeWrite: writeGuard(context.keeper),
  };
  const result = await execute(request, change, context);
  progress.remoteId = result.remoteId;
  // A connection shows its provider, so what was shown before that one changed is of the past.
  if (step === "update_provider") progress.shown = undefined;
  if (!isProviderStep(step)) {
    progress.seen = result.shown ?? null;
    progress.shown = result.shown;
  }
  const { requestDigest, requestId } = result;
  progress.steps.push({
    step,
    requestDigest,
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** @throws ConflictError PLN207 for a name that was free when the plan was made. */
async function execute(
  request: StepRequest,
  change: PlanChange,
  { api, signal }: ChangeContext,
): Promise<StepResult> {
  try {
    return await api.execute(request, signal);
  } catch (error) {
    const isTaken =
      request.step === "create" &&
      change.precondition.fingerprint === null &&
      error instanceof ConflictError &&
      error.code === "DRV021";
    throw isTaken ? staleChange(change, NAME_IS_TAKEN, error) : error;
  }
}
