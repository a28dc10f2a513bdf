import { AppError } from "../../domain/problem/error.ts";
import { isSuspended, type Orders } from "../../domain/reconcile/orders.ts";
import type {
  EnvironmentStatus,
  RunRecord,
  TickFacts,
  TrafficSummary,
} from "../../domain/reconcile/status.ts";
import { keptLines, keptStatus } from "../../engine/reconcile/kept-texts.ts";
import { noticesOf } from "../../engine/reconcile/notices.ts";
import { enqueue } from "../../engine/reconcile/outbox.ts";
import { nextTickAt } from "../../engine/reconcile/schedule.ts";
import type { RequestFact } from "../../ports/http-client.ts";
import type { Notifier } from "../../ports/notifier.ts";
import type { Tick } from "../../ports/scheduler.ts";
import { deliver } from "./deliver.ts";
import { isHopeless, nextStatus, resultOf } from "./next-status.ts";
import type { TickOutcome } from "./tick-outcome.ts";
import { createLiveMemory, type LiveMemory } from "./remembered-reader.ts";
import { storyOf } from "./story.ts";
import { lookAndAct, type TickSetup } from "./tick.ts";

/** What is kept of an environment between ticks in this process alone. */
interface EnvironmentMemory {
  readonly live: LiveMemory;
  /** The latest requests, oldest first. */
  requests: readonly RequestFact[];
  /** How it is to be looked at when nothing could be read of its rules. */
  settings: { readonly intervalMs: number; readonly retryMs: number };
}

/** Requests that the summary of an environment is made of. */
const MAX_REQUESTS = 500;

/** Before an environment's own rules are known. */
const FIRST_SETTINGS = { intervalMs: 300_000, retryMs: 30_000 };

/** What reconciling works with. */
export interface ReconcileContext extends TickSetup {
  readonly notifiers: readonly Notifier[];
  /** Cuts requests short: the last resort of a stop. */
  readonly stop: AbortSignal;
  /** Takes each tick when it is over. */
  readonly onTick: (
    status: EnvironmentStatus,
    story: readonly string[],
  ) => void;
  /** Takes what kept a tick from being recorded. */
  readonly onTrouble: (environment: string, error: AppError) => void;
}

/** Reconciles environments, a tick at a time. */
export interface Reconciler {
  /** Runs one tick and records it. @returns when the next one is due. Never rejects. */
  tick(tick: Tick): Promise<number>;
}

/** A reconciler that knows nothing yet. */
export function createReconciler(context: ReconcileContext): Reconciler {
  const memories = new Map<string, EnvironmentMemory>();
  const memoryOf = (name: string): EnvironmentMemory => {
    const known = memories.get(name) ?? {
      live: createLiveMemory(),
      requests: [],
      settings: FIRST_SETTINGS,
    };
    memories.set(name, known);
    return known;
  };
  return {
    async tick(tick) {
      const memory = memoryOf(tick.environment);
      try {
        return await runTick(tick, memory, context);
      } catch (error) {
        // The store could not be read or written: what was done is in the state all the same.
        if (!(error instanceof AppError)) throw error;
        context.onTrouble(tick.environment, error);
        return context.clock.now() + memory.settings.retryMs;
      }
    },
  };
}

async function runTick(
  tick: Tick,
  memory: EnvironmentMemory,
  context: ReconcileContext,
): Promise<number> {
  const { environment, reason, signal } = tick;
  const { store, clock } = context;
  const startedAt = clock.now();
  const [orders, before] = await Promise.all([
    store.readOrders(environment),
    store.readStatus(environment),
  ]);
  const requests: RequestFact[] = [];
  const outcome = await lookAndAct(
    {
      name: environment,
      reason,
      memory: memory.live,
      orders,
      before,
      startedAt,
      shouldStop: () => signal.aborted,
      signal: context.stop,
      observe: (fact) => requests.push(fact),
    },
    context,
  );
  memory.requests = [...memory.requests, ...requests].slice(-MAX_REQUESTS);
  const settings = settingsIn(outcome);
  if (settings !== null) memory.settings = settings;
  const finishedAt = clock.now();
  const result = resultOf(outcome, before);
  const facts: TickFacts = {
    reason,
    result,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(finishedAt).toISOString(),
    requestCount: requests.length,
  };
  const scrub = (text: string): string => context.scrubber.scrub(text);
  const next = nextStatus(outcome, {
    environment,
    before,
    suspension: isSuspended(orders, finishedAt) ? orders.suspension : null,
    traffic: trafficOf(memory.requests),
    tick: facts,
  });
  // Whoever reads the store later may not know what is secret.
  const after = keptStatus(next, scrub);
  const story = keptLines(storyOf(outcome), scrub);
  const planned = Date.parse(before?.nextTickAt ?? "");
  const due =
    // A look that asked nothing takes the place of none.
    outcome.kind === "nothing-new" && planned > finishedAt
      ? planned
      : nextTickAt({
          settings: memory.settings,
          result,
          failureCount: after.failureCount,
          isHopeless: isHopeless(outcome),
          startedAt,
          finishedAt,
          suspendedUntil: endOfSuspension(orders),
          random: clock.random(),
        });
  const outbox = await deliver(
    enqueue(after.outbox, noticesOf(before, after, story), finishedAt),
    context.notifiers,
    { now: finishedAt, signal: context.stop },
  );
  const status: EnvironmentStatus = {
    ...after,
    outbox,
    nextTickAt: new Date(due).toISOString(),
  };
  await record(
    { outcome, before, tick: facts, status, story, orders },
    context,
  );
  context.onTick(status, story);
  return due;
}

interface Finished {
  readonly outcome: TickOutcome;
  readonly before: EnvironmentStatus | null;
  readonly tick: TickFacts;
  readonly status: EnvironmentStatus;
  readonly story: readonly string[];
  readonly orders: Orders;
}

/** What happened first, then what is: a process that dies in between looks again. */
async function record(
  finished: Finished,
  { store }: ReconcileContext,
): Promise<void> {
  const { outcome, before, status, orders } = finished;
  const { environment } = status;
  const run = runRecord(outcome, finished);
  if (isNews(run, before)) await store.appendRun(run);
  if (outcome.kind === "looked" || outcome.kind === "acted")
    await store.writePending(environment, outcome.looked.waiting?.plan ?? null);
  await store.writeStatus(status);
  const used =
    outcome.kind === "acted" && outcome.acted.result.receipt !== null
      ? outcome.acted.plan.intent_digest
      : null;
  const isAnswered = outcome.kind !== "nothing-new";
  const hasUsed = orders.approvals.some(
    ({ intentDigest }) => intentDigest === used,
  );
  if (!hasUsed && !(isAnswered && orders.reconcileNow !== null)) return;
  await store.changeOrders(environment, (now) => ({
    ...now,
    approvals: now.approvals.filter(
      ({ intentDigest }) => intentDigest !== used,
    ),
    // One that came meanwhile stands.
    reconcileNow:
      now.reconcileNow?.at === orders.reconcileNow?.at
        ? null
        : now.reconcileNow,
  }));
}

function runRecord(
  outcome: TickOutcome,
  { tick, status, story }: Finished,
): RunRecord {
  const acted = outcome.kind === "acted" ? outcome.acted : null;
  const { environment, commit, pending } = status;
  return {
    ...tick,
    environment,
    commit,
    planDigest: acted?.plan.digest ?? pending?.digest ?? null,
    summary: acted?.plan.summary ?? null,
    approvedBy: acted?.approvedBy ?? null,
    messages: story,
  };
}

/** A tick that found and did what the one before did is no line of history. */
function isNews(run: RunRecord, before: EnvironmentStatus | null): boolean {
  if (run.summary !== null || before === null) return true;
  return (
    before.lastTick?.result !== run.result ||
    (before.pending?.digest ?? null) !== run.planDigest
  );
}

function settingsIn(
  outcome: TickOutcome,
): EnvironmentMemory["settings"] | null {
  if (outcome.kind === "looked" || outcome.kind === "acted")
    return outcome.looked.rules.reconcile;
  return outcome.kind === "failed" ? (outcome.rules?.reconcile ?? null) : null;
}

function endOfSuspension({ suspension }: Orders): number | null {
  if (suspension?.until == null) return null;
  return Date.parse(suspension.until);
}

function trafficOf(requests: readonly RequestFact[]): TrafficSummary {
  const times = requests
    .map(({ elapsedMs }) => elapsedMs)
    .sort((a, b) => a - b);
  return {
    requestCount: requests.length,
    errorCount: requests.filter(({ isError }) => isError).length,
    medianMs: times[Math.floor((times.length - 1) / 2)] ?? null,
    slowestMs: times.at(-1) ?? null,
  };
}
