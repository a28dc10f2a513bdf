/**
 * Carries out a plan. It takes the plan and nothing of the documents: what was reviewed is what
 * gets applied, or nothing is.
 */
import { readOwnInventory } from "../../environment/own-inventory.ts";
import { isRemoval } from "../../engine/guards/guard.ts";
import { changePhases } from "../../engine/diff/order.ts";
import { narrowInventory, widenInventory } from "../../engine/inventory.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { isDiagnosticCode } from "../../domain/problem/codes.ts";
import type { AppError } from "../../domain/problem/error.ts";
import type { Plan, PlanChange } from "../../domain/generated/plan.ts";
import type { Inventory, RecordedRules } from "../../domain/state/inventory.ts";
import type { JournalEntry, Receipt } from "../../domain/state/ledger.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import type { Lease } from "../../ports/state-store.ts";
import type { ApplyContext } from "./apply-context.ts";
import { applyChange } from "./apply-change.ts";
import { confirmAnswers } from "./confirm-answers.ts";
import type { Answered, ChangeContext, ChangeResult } from "./settle-change.ts";
import { assertAllowed, assertSound } from "./applicable.ts";
import { isEmptyPlan } from "../../engine/plan/empty-plan.ts";
import { recordedNow } from "./plan-objections.ts";
import { receiptOfCutOffRun } from "../../environment/cut-off-run.ts";
import { invalidDocuments } from "../../environment/documents/documents.ts";
import { takeLease } from "./lease.ts";

import { sealReceipt } from "../../environment/receipt.ts";
import {
  describePlanSecrets,
  resolveSecrets,
  type SecretDescriptions,
} from "./plan-secrets.ts";
import { createProviderWrites } from "./provider-writes.ts";
import { runBounded } from "../../environment/run-bounded.ts";
import {
  recordInOrder,
  releaseQuietly,
  withNothingChanged,
} from "./unrecorded.ts";

/** Code of a change that was left because the user asked to stop. */
const STOPPED = "STA006";

/** What became of a run. */
export interface RunResult {
  readonly environment: string;
  readonly planDigest: string;
  readonly outcomes: readonly Outcome[];
  readonly result: Receipt["result"];
  /** `null` when there was nothing to do, or when it could not be stored. */
  readonly receipt: Receipt | null;
  /**
   * Why what was done is not recorded as it should be; `null` when it is. The next run finds out
   * from the platform and the journal.
   */
  readonly unrecorded: AppError | null;
}

/**
 * Applies a plan: lease, checks, every secret, a widened inventory, then the changes, each behind
 * its own precondition, then the exact inventory and a receipt. Outcomes are truthful: `unknown`
 * where nobody knows, settled by reading back where that is possible.
 * @throws RefusedError when a guard refuses; ConflictError when plan or state are stale or the
 * lease is held; UserError for a secret that cannot be had. All of these before the first write. A
 * change that fails is an outcome, not an exception.
 */
export function applyPlan(
  plan: Plan,
  context: ApplyContext,
): Promise<RunResult> {
  // Whatever is thrown was thrown before the first request: from then on everything is an outcome,
  // or unrecorded.
  return withNothingChanged(() => carryOutPlan(plan, context));
}

async function carryOutPlan(
  plan: Plan,
  context: ApplyContext,
): Promise<RunResult> {
  const { state, clock, holder } = context;
  const startedAt = new Date(clock.now()).toISOString();
  const files = await context.secrets.checkFiles();
  const { openers } = files;
  if (isEmptyPlan(plan)) {
    const inventory = await readStored(context);
    await assertSound(plan, context, { ledger: [], inventory, openers });
    assertAllowed(plan, context, { inventory });
    return {
      environment: plan.environment,
      planDigest: plan.digest,
      outcomes: [],
      result: "applied",
      receipt: null,
      unrecorded: null,
    };
  }
  const { lease, keeper } = await takeLease(state, holder, clock);
  try {
    const ledger = await readWholeLedger(plan, context, {
      lease,
      at: startedAt,
    });
    const inventory = await readStored(context);
    await assertSound(plan, context, { ledger, inventory, openers });
    assertAllowed(plan, context, { inventory });
    assertAllowed(await withAccountsNow(plan, context), context, { inventory });
    const before = startOf(plan, inventory, context);
    context.sink.emit({ kind: "phase", phase: "secrets" });
    if (hasErrors(files.diagnostics)) throw invalidDocuments(files.diagnostics);
    const resolved = await resolveSecrets(plan.changes, context.secrets);
    const described = await describePlanSecrets(plan.changes, context.secrets);
    // Beside the receipt, so that the ledger can be held against what was planned, long after the
    // plan file is gone.
    await state.storePlan(plan);
    const widened = widenInventory(before, plan, startedAt);
    await state.clearJournal(lease);
    const begin: JournalEntry = {
      kind: "begin",
      runId: holder.runId,
      planDigest: plan.digest,
      commit: plan.source.commit,
      actor: holder.actor,
      at: startedAt,
    };
    await state.appendJournal(begin, lease);
    if (widened !== before) await state.writeInventory(widened, lease);
    context.sink.emit({ kind: "phase", phase: "apply" });
    const outcomes = await applyChanges(plan, {
      ...context,
      resolved,
      lease,
      keeper,
      providerWrites: createProviderWrites(),
      owned: new Map(before.entries.map((entry) => [entry.key, entry])),
    });
    context.sink.emit({ kind: "phase", phase: "record" });
    return await record(plan, context, {
      lease,
      before,
      widened,
      outcomes,
      described,
      rules: recordedNow(plan, context, openers),
      startedAt,
      previous: ledger.at(-1)?.digest ?? null,
    });
  } finally {
    keeper.stop();
    await releaseQuietly(lease, context.sink);
  }
}

/**
 * Every receipt, with the one of a run that was cut off added first: its journal is about to make
 * room for ours.
 */
async function readWholeLedger(
  plan: Plan,
  context: ApplyContext,
  { lease, at }: { readonly lease: Lease; readonly at: string },
): Promise<readonly Receipt[]> {
  const { state, api } = context;
  const ledger = await state.readLedger();
  const { environment } = plan;
  const missing = receiptOfCutOffRun(await state.readJournal(), {
    environment,
    apiHost: api.apiHost,
    at,
    ledger,
  });
  if (missing === null) return ledger;
  await state.appendReceipt(missing, lease);
  return [...ledger, missing];
}

/**
 * Our own inventory. What the plan says of ownership is held against it, never the other way round.
 */
function readStored({
  state,
  rules,
  api,
}: ApplyContext): Promise<Inventory | null> {
  return readOwnInventory(state, rules.name, api.apiHost);
}

/** What the run starts from. The first run of a state gives it its identity. */
function startOf(
  plan: Plan,
  inventory: Inventory | null,
  { api, holder }: ApplyContext,
): Inventory {
  const stored = inventory ?? {
    formatVersion: "1.0",
    environment: plan.environment,
    apiHost: api.apiHost,
    stateId: null,
    serial: 0,
    entries: [],
  };
  return { ...stored, stateId: stored.stateId ?? holder.runId };
}

/**
 * The plan with the accounts of what it removes as they are now, where the environment limits them:
 * people may have connected since.
 */
async function withAccountsNow(
  plan: Plan,
  { api, rules, signal }: ApplyContext,
): Promise<Plan> {
  if (rules.limits.maxAffectedAccounts === null) return plan;
  const removed = plan.changes.filter(isRemoval).map(({ key }) => key);
  const accounts = await api.readAccounts(removed, { listUpTo: 0 }, signal);
  const changes = plan.changes.map((change): PlanChange => {
    if (!isRemoval(change)) return change;
    const count = accounts.get(change.key)?.count ?? "unknown";
    return {
      ...change,
      impact: { ...change.impact, connected_accounts: count },
    };
  });
  return { ...plan, changes };
}

async function applyChanges(
  plan: Plan,
  context: ChangeContext & ApplyContext,
): Promise<Outcome[]> {
  const total = plan.changes.length;
  const outcomes = new Map<PlanChange, Outcome>();
  const answered: Answered[] = [];
  let halt: Pick<AppError, "code" | "message"> | undefined;
  for (const group of phasesOf(plan.changes)) {
    await runBounded(
      group,
      concurrencyOf(group, context.concurrency),
      async (change) => {
        halt ??= context.keeper.lost();
        const outcome = context.shouldStop()
          ? notStarted(
              change,
              STOPPED,
              "the run was asked to stop before this change was started",
            )
          : halt !== undefined
            ? notStarted(change, halt.code, `not started: ${halt.message}`)
            : await applyChange(change, context);
        if (outcome.haltsRun !== undefined) halt ??= outcome.haltsRun;
        if (outcome.answered !== undefined) answered.push(outcome.answered);
        if (context.stopsOnError === true) halt ??= stopAfter(outcome.outcome);
        outcomes.set(change, outcome.outcome);
        context.sink.emit({
          kind: "change-finished",
          outcome: outcome.outcome,
          done: outcomes.size,
          total,
        });
      },
    );
  }
  const corrected = await confirmAnswers(answered, {
    ...context,
    listedCount: listedCount(plan, context),
  });
  for (const outcome of corrected.values())
    context.sink.emit({ kind: "change-finished", outcome, done: total, total });
  return plan.changes
    .map((change) => corrected.get(change) ?? outcomes.get(change))
    .filter((outcome) => outcome !== undefined);
}

/** About how many connections the platform has now: those owned before, made, and of others. */
function listedCount(
  { changes, unmanaged }: Plan,
  { owned }: Pick<ChangeContext, "owned">,
): number {
  const made = changes.filter(({ action }) => action === "create").length;
  return owned.size + made + unmanaged.length;
}

/** Why nothing further is started after a change that went wrong. */
function stopAfter({
  key,
  status,
  code,
}: Outcome): Pick<AppError, "code" | "message"> | undefined {
  if (status === "applied") return undefined;
  return {
    code: code !== undefined && isDiagnosticCode(code) ? code : "INT001",
    message: `"${key}" was not applied, and the run stops at the first such change`,
  };
}

function notStarted(
  change: PlanChange,
  code: string,
  message: string,
): ChangeResult {
  return {
    outcome: {
      key: change.key,
      action: change.action,
      status: "skipped",
      code,
      message,
      remoteId: change.remote_id,
      steps: [],
    },
  };
}

/** Runs of changes that can be carried out side by side; the plan has them in order. */
function phasesOf(changes: readonly PlanChange[]): PlanChange[][] {
  const groups: PlanChange[][] = [];
  const phases = changePhases(changes);
  for (const change of changes) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    if (first !== undefined && phases.get(first) === phases.get(change))
      last?.push(change);
    else groups.push([change]);
  }
  return groups;
}

/** Two connections may share a custom provider: side by side, both would make it. */
function concurrencyOf(group: readonly PlanChange[], limit: number): number {
  const sharesProviders = group.some((change) =>
    change.steps.some((step) => step.endsWith("_provider")),
  );
  return sharesProviders ? 1 : limit;
}

interface Finished {
  readonly lease: Lease;
  readonly before: Inventory;
  readonly widened: Inventory;
  readonly outcomes: readonly Outcome[];
  readonly described: SecretDescriptions;
  readonly rules: RecordedRules;
  readonly startedAt: string;
  readonly previous: string | null;
}

async function record(
  plan: Plan,
  context: ApplyContext,
  run: Finished,
): Promise<RunResult> {
  const finishedAt = new Date(context.clock.now()).toISOString();
  const { outcomes, lease } = run;
  const result = outcomes.some((o) => o.code === STOPPED)
    ? "interrupted"
    : outcomes.every((o) => o.status === "applied")
      ? "applied"
      : "partial";
  const receipt = sealReceipt({
    formatVersion: "1.0",
    kind: "receipt",
    runId: context.holder.runId,
    environment: plan.environment,
    apiHost: context.api.apiHost,
    planDigest: plan.digest,
    commit: plan.source.commit,
    actor: context.holder.actor,
    startedAt: run.startedAt,
    finishedAt,
    result,
    outcomes,
    previous: run.previous,
  });
  const { state } = context;
  // The receipt first: a crash in between leaves entries pending, which the next plan settles; a
  // lost receipt would stay lost.
  const { written, problem } = await recordInOrder([
    () => state.appendReceipt(receipt, lease),
    () =>
      state.writeInventory(
        narrowInventory(run.widened, plan, outcomes, {
          at: finishedAt,
          secrets: run.described,
          rules: run.rules,
          before: run.before,
        }),
        lease,
      ),
    () => state.clearJournal(lease),
  ]);
  return {
    environment: plan.environment,
    planDigest: plan.digest,
    outcomes,
    result,
    receipt: written > 0 ? receipt : null,
    unrecorded: problem,
  };
}
