/**
 * The end of a run: what the platform answered to each write is held against what it shows now. One
 * list serves all connections of the run; what it does not show is read.
 */
import { runBounded } from "../../environment/run-bounded.ts";
import type { ListedConnection } from "../../domain/connection.ts";
import type { PlanChange } from "../../domain/generated/plan.ts";
import type { AppError } from "../../domain/problem/error.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import {
  assertReadBack,
  explain,
  finish,
  NOT_SHOWN,
  type Answered,
  type ChangeContext,
  type Progress,
} from "./settle-change.ts";
import { asAppError } from "./unrecorded.ts";

/** What confirming works with. */
export interface ConfirmContext extends ChangeContext {
  readonly concurrency: number;
  /** About how many connections the platform lists: it decides how they are looked at. */
  readonly listedCount: number;
}

/**
 * Looks at every connection of which only answers were seen, in as few requests as the API allows:
 * by the list, or one by one where these are no more than its pages.
 * @returns The outcomes that are others than the answers said.
 */
export async function confirmAnswers(
  answered: readonly Answered[],
  context: ConfirmContext,
): Promise<ReadonlyMap<PlanChange, Outcome>> {
  const corrected = new Map<PlanChange, Outcome>();
  const pages = Math.ceil(
    context.listedCount / context.api.capabilities.pageSize,
  );
  const { open, failure } =
    answered.length <= pages
      ? { open: answered, failure: undefined }
      : await holdAgainstList(answered, context);
  let unseen = failure;
  await runBounded(open, context.concurrency, async (one) => {
    const { outcome, error } = await readAgain(one, context);
    unseen ??= error;
    if (outcome !== undefined) corrected.set(one.change, outcome);
  });
  if (unseen !== undefined)
    context.sink.emit({
      kind: "notice",
      message: `what was written could not be looked at again, and rests on the platform's answers: ${unseen.message}`,
    });
  return corrected;
}

/** What is left to be read, and why the list could not be. */
interface AfterList {
  readonly open: readonly Answered[];
  readonly failure: AppError | undefined;
}

async function holdAgainstList(
  answered: readonly Answered[],
  { api, signal }: ConfirmContext,
): Promise<AfterList> {
  const handles = new Set(answered.map(handleOf));
  const listed = new Map<string, ListedConnection>();
  /** Names of items that cannot be told from others; empty where not even that is known. */
  const hidden = new Set<string>();
  try {
    for await (const page of api.listPages(signal))
      for (const item of page)
        if (item.remoteId === "") hidden.add(item.key);
        else if (handles.has(item.remoteId)) listed.set(item.remoteId, item);
  } catch (error) {
    // That something is gone is told by a bare answer, which is not much: there it is asked again.
    return {
      open: answered.filter(({ shown }) => shown === null),
      failure: asAppError(error),
    };
  }
  const isConfirmed = (one: Answered): boolean => {
    const item = listed.get(handleOf(one) ?? "");
    return one.shown === null
      ? item === undefined && !hidden.has("") && !hidden.has(one.change.key)
      : item !== undefined && isAsShown(item, one.shown);
  };
  return {
    open: answered.filter((one) => !isConfirmed(one)),
    failure: undefined,
  };
}

function handleOf({ change, shown }: Answered): string | null {
  return shown === null ? change.remote_id : shown.remoteId;
}

/** The condition of a connection may go on by itself; the rest is what was written. */
function isAsShown(item: ListedConnection, shown: ListedConnection): boolean {
  return (
    item.problem === undefined &&
    item.key === shown.key &&
    item.provider === shown.provider &&
    item.authType === shown.authType &&
    item.isEnabled === shown.isEnabled
  );
}

/** What reading one connection again told. */
interface ReadAgain {
  /** Where it is another one than the answer said. */
  readonly outcome?: Outcome;
  /** Why it could not be read, where its answer counts all the same. */
  readonly error?: AppError;
}

async function readAgain(
  { change, outcome, shown }: Answered,
  context: ConfirmContext,
): Promise<ReadAgain> {
  const progress: Progress = {
    remoteId: outcome.remoteId,
    steps: [...outcome.steps],
    current: null,
    seen: null,
    shown: undefined,
  };
  try {
    await assertReadBack(change, progress, context);
    return {};
  } catch (caught) {
    const error = asAppError(caught);
    if (error.code === NOT_SHOWN)
      return {
        outcome: (await explain(error, change, progress, context)).outcome,
      };
    if (shown !== null) return { error };
    const { code, message } = error;
    const ending = { status: "unknown", code, message } as const;
    return {
      outcome: (await finish(change, context, progress, ending)).outcome,
    };
  }
}
