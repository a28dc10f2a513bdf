import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { AppError } from "../../domain/problem/error.ts";
import type { Orders } from "../../domain/reconcile/orders.ts";
import type {
  AccountsLine,
  DriftLine,
  EnvironmentStatus,
  Fight,
} from "../../domain/reconcile/status.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import { requiredApprovals } from "../../engine/approvals/required.ts";
import {
  decide,
  HEALING,
  type Decision,
  type Findings,
} from "../../engine/reconcile/decide.ts";
import {
  givenApprovals,
  type GivenApprovals,
} from "../../engine/reconcile/given-approvals.ts";
import { chooseHeals, driftLines } from "../../engine/reconcile/heals.ts";
import {
  composedInput,
  type ComposedInput,
} from "../../environment/documents/composed-input.ts";
import type { Environment } from "../../environment/open.ts";
import { readOwnInventory } from "../../environment/own-inventory.ts";
import { findEnvironmentDrift } from "../drift/drift.ts";
import type { Adoption } from "../import/adopt-drift.ts";
import { planIn } from "../plan/plan-in.ts";
import { accountsInTurn } from "./count-accounts.ts";
import { adoptionIn } from "./adoption.ts";
import type { Followed, Revision } from "./followed.ts";
import { rememberingReader, type LiveMemory } from "./remembered-reader.ts";
import { standingIn, type Standing } from "./standing-rules.ts";

/** What looking at an environment works with. */
export interface InspectContext {
  readonly name: string;
  /** Opens the environment with the documents of a revision; closed by whoever opens it. */
  readonly open: (revision: Revision) => Promise<Environment>;
  readonly followed: Followed;
  readonly memory: LiveMemory;
  readonly orders: Orders;
  readonly before: EnvironmentStatus | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly env: ProcessEnv;
  /** True where what drifted can be proposed to people. */
  readonly canPropose: boolean;
}

/** What was found, and what is to be done about it. */
export interface Inspection {
  readonly rules: EnvironmentRules;
  readonly apiHost: string;
  readonly ownedCount: number;
  readonly appliedCommit: string | null;
  /** Identity of the state that was reconciled so far; absent before there is one. */
  readonly stateId: string | undefined;
  /** True when the documents name another one now. */
  readonly hasMoved: boolean;
  readonly drift: readonly DriftLine[];
  readonly fights: readonly Fight[];
  readonly decision: Decision;
  /** How the plan to carry out stands to the rules about approvals. */
  readonly given: GivenApprovals;
  /** The documents that the plan to carry out is of. */
  readonly applyWith: Revision;
  /** Connections that the platform shows in a way that cannot be used. */
  readonly unreadable: readonly string[];
  /** `null` where it was not this tick's turn to count them. */
  readonly accounts: readonly AccountsLine[] | null;
  /** True where the settings that hold have drift proposed. */
  readonly proposes: boolean;
  /** What drifted as documents can say it; `null` where nothing is to be proposed. */
  readonly adoption: Adoption | null;
}

/** The documents that were applied last, as far as they are to be had. */
interface Applied {
  readonly commit: string | null;
  /** True when they are those of today. */
  readonly isRolledOut: boolean;
  /** `null` where no commit has them. */
  readonly revision: Revision | null;
}

/**
 * Looks at one environment: drift against what was applied last, and what the documents of today
 * ask for. Each page is requested once, however many plans are made of it.
 */
export async function inspect(
  revision: Revision,
  context: InspectContext,
): Promise<Inspection> {
  const head = await context.open(revision);
  try {
    return await inspectOpened(head, revision, context);
  } finally {
    await head.close();
  }
}

async function inspectOpened(
  head: Environment,
  revision: Revision,
  context: InspectContext,
): Promise<Inspection> {
  const { before, now } = context;
  const { rules, api, state } = head;
  const inventory = await readOwnInventory(state, head.name, api.apiHost);
  const applied = await appliedBefore(head, revision, context);
  // What drifted is a question about what was applied, and so is which fields are ignored.
  const report =
    applied.isRolledOut || applied.revision === null
      ? await driftIn(head, context)
      : await withOpened(applied.revision, context, (then) =>
          driftIn(then, context),
        );
  const drift = driftLines(report, before?.drift ?? [], now);
  const standing = await standingIn(rules, inventory, {
    before,
    rulesAt: async (commit) => {
      const then = await revisionOf(commit, rules.state, context);
      return then === null ? null : (await inputOf(then, context)).rules;
    },
  });
  const { settings } = standing;
  const choice = chooseHeals(drift, before?.heals ?? [], settings, now);
  const whole = await planWith(head, context);
  const healing = applied.isRolledOut ? revision : applied.revision;
  const heal = await healPlan(healingIn(settings, choice.keys), healing, {
    head,
    revision,
    context,
  });
  const decided = await decideOn(
    {
      whole,
      heal,
      isRolledOut: applied.isRolledOut,
      held: heldIn(choice, drift, healing),
      caution: standing.caution,
    },
    { rules, standing, revision, orders: context.orders },
  );
  return {
    rules,
    apiHost: api.apiHost,
    ownedCount: inventory?.entries.length ?? 0,
    appliedCommit: standing.moved?.appliedCommit ?? applied.commit,
    stateId: standing.stateId,
    hasMoved: standing.moved !== null,
    drift,
    fights: choice.fights,
    decision: decided.decision,
    given: decided.given,
    applyWith: decided.isOwnHeal && healing !== null ? healing : revision,
    unreadable: report.unreadable.map(({ key }) => key),
    accounts: await accountsInTurn(api, settings, {
      inventory,
      before,
      signal: head.signal,
    }),
    proposes: settings.mode === "propose",
    adoption: canAdopt(settings, drift, context)
      ? await adoptionIn(head, revision, context.memory)
      : null,
  };
}

function canAdopt(
  { mode }: ReconcileSettings,
  drift: readonly DriftLine[],
  { canPropose }: InspectContext,
): boolean {
  return canPropose && mode === "propose" && drift.length > 0;
}

const LOST = "what was applied last is in no commit of this clone";

/** Why drift is left. */
function heldIn(
  { held }: Pick<Findings, "held">,
  drift: readonly DriftLine[],
  healing: Revision | null,
): readonly string[] {
  return drift.length > 0 && healing === null ? [...held, LOST] : held;
}

/** What drifted is taken back only where the settings that hold say so. */
function healingIn(
  { mode }: ReconcileSettings,
  keys: readonly string[],
): readonly string[] {
  return mode === "heal" || mode === "enforce" ? keys : [];
}

/** Asks the rules of the environment what may be done of what was found. */
async function decideOn(
  found: Pick<
    Findings,
    "whole" | "heal" | "isRolledOut" | "held" | "caution"
  > & { readonly whole: Plan },
  {
    rules,
    standing,
    revision,
    orders,
  }: {
    readonly rules: EnvironmentRules;
    readonly standing: Standing;
    readonly revision: Revision;
    readonly orders: Orders;
  },
): Promise<
  Pick<Inspection, "decision" | "given"> & { readonly isOwnHeal: boolean }
> {
  const { whole, heal } = found;
  const required = requiredApprovals(
    [rules.approvals, standing.formerApprovals],
    standing.recorded,
  );
  const given = givenApprovals(whole.intent_digest, orders.approvals, required);
  const decision = decide({
    ...found,
    mode: rules.reconcile.mode,
    approvals: orders.approvals,
    missingApprovals: given.missing,
    refusedCommit: standing.settings.requiresSignedCommits
      ? await revision.signatureProblem()
      : null,
  });
  const isOwnHeal = heal !== null && decision.apply?.plan === heal;
  return {
    decision,
    isOwnHeal,
    // Going back to what was applied needs no approval of its own: that had one.
    given: isOwnHeal ? { people: [], met: required, missing: null } : given,
  };
}

/** Whether the documents of today were applied, and where those are that were. */
async function appliedBefore(
  head: Environment,
  revision: Revision,
  context: InspectContext,
): Promise<Applied> {
  const { state, rules } = head;
  const receipt = await lastReceipt(state);
  if (receipt === undefined)
    return { commit: null, isRolledOut: false, revision: null };
  const plan = await state.readPlan(receipt.planDigest);
  const today = await inputOf(revision, context);
  const documents = plan?.source.documents_digest ?? null;
  const { commit } = receipt;
  const then =
    commit === null ? null : await revisionOf(commit, rules.state, context);
  if (then === null) {
    const isSame = documents !== null && documents === today.documentsDigest;
    return {
      commit,
      isRolledOut: isSame,
      revision: isSame ? revision : null,
    };
  }
  const input = await inputOf(then, context);
  // What was applied from a folder with changes is in no commit.
  const isTrue = documents === null || documents === input.documentsDigest;
  return {
    commit,
    isRolledOut: isTrue
      ? input.digest !== null && input.digest === today.digest
      : documents === today.documentsDigest,
    revision: isTrue ? then : null,
  };
}

/** Most commits whose input is remembered: today's and the applied one, and a few on the way. */
const MAX_INPUTS = 8;

/** What an environment is made from in a revision; of a commit it is found out once. */
export async function inputOf(
  { commit, choice, source }: Pick<Revision, "commit" | "choice" | "source">,
  { name, env, memory }: Pick<InspectContext, "name" | "env" | "memory">,
): Promise<ComposedInput> {
  const id = choice.ref === undefined ? null : commit;
  const known = id === null ? undefined : memory.inputs.get(id);
  if (known !== undefined) return known;
  const input = await composedInput(source, name, env);
  if (id === null) return input;
  const [oldest] = memory.inputs.keys();
  if (oldest !== undefined && memory.inputs.size >= MAX_INPUTS)
    memory.inputs.delete(oldest);
  memory.inputs.set(id, input);
  return input;
}

async function lastReceipt(
  state: Environment["state"],
): Promise<Receipt | undefined> {
  return (await state.readLedger()).at(-1);
}

/** `null` where the clone has that commit no more. */
async function revisionOf(
  commit: string,
  state: EnvironmentRules["state"],
  { followed }: InspectContext,
): Promise<Revision | null> {
  try {
    return await followed.at(commit, state);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function withOpened<T>(
  revision: Revision,
  context: InspectContext,
  work: (environment: Environment) => Promise<T>,
): Promise<T> {
  const environment = await context.open(revision);
  try {
    return await work(environment);
  } finally {
    await environment.close();
  }
}

async function driftIn(
  environment: Environment,
  { memory }: InspectContext,
): ReturnType<typeof findEnvironmentDrift> {
  return findEnvironmentDrift(await environment.documents(), {
    ...environment,
    api: rememberingReader(environment.api, memory),
  });
}

async function planWith(
  environment: Environment,
  { memory }: Pick<InspectContext, "memory">,
  only?: { readonly keys: ReadonlySet<string> },
): Promise<Plan> {
  const { plan } = await planIn(
    { ...environment, api: rememberingReader(environment.api, memory) },
    only === undefined ? {} : { only: { keys: only.keys, actions: HEALING } },
  );
  return plan;
}

async function healPlan(
  keys: readonly string[],
  healing: Revision | null,
  {
    head,
    revision,
    context,
  }: {
    readonly head: Environment;
    readonly revision: Revision;
    readonly context: InspectContext;
  },
): Promise<Plan | null> {
  if (keys.length === 0 || healing === null) return null;
  const only = { keys: new Set(keys) };
  if (healing === revision) return planWith(head, context, only);
  return withOpened(healing, context, (then) => planWith(then, context, only));
}
