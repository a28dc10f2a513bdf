import type { Capabilities } from "../../domain/capability.ts";
import type {
  Plan,
  PlanChange,
  PlanFinding,
  PlanRule,
} from "../../domain/generated/plan.ts";
import type {
  Inventory,
  InventoryEntry,
  RecordedRules,
} from "../../domain/state/inventory.ts";
import { orderChanges } from "../diff/order.ts";
import { accountsGuard } from "../guards/limits.ts";
import { planRules } from "../rules/plan-rules.ts";
import type { RecheckInput } from "../plan/recheck.ts";
import { summaryOf } from "../plan/summary.ts";
import { changeContradictions } from "./change.ts";
import { byKey } from "../../util/compare-text.ts";
import { unless, unlessEqual, type Contradiction } from "./contradiction.ts";

/** What a plan is held against: nothing but what is known here. */
export interface ProofInput extends Omit<RecheckInput, "approvals"> {
  readonly inventory: Inventory | null;
  readonly capabilities: Capabilities;
  /** The environment's rules as they are to be recorded. */
  readonly recorded: RecordedRules;
}

/**
 * The first part of a plan that does not follow from its other parts, our own inventory and the
 * schema's field rules; `undefined` when everything that can be derived is as it would be derived.
 * Pure.
 */
export function findContradiction(
  plan: Plan,
  input: ProofInput,
): Contradiction | undefined {
  const { changes } = plan;
  const entries = new Map(
    (input.inventory?.entries ?? []).map((entry) => [entry.key, entry]),
  );
  const [first] = [
    ...orderContradictions(changes),
    ...changes.flatMap((change, index) =>
      changeContradictions({
        change,
        at: `/changes/${String(index)}`,
        ...rememberedOf(change, entries),
        capabilities: input.capabilities,
      }),
    ),
    ...ruleContradictions(plan, input),
    ...summaryContradictions(plan),
    ...findingContradictions(plan, input),
    ...bystanderContradictions(plan, entries),
  ];
  return first;
}

function rememberedOf(
  change: PlanChange,
  entries: ReadonlyMap<string, InventoryEntry>,
): {
  readonly entry: InventoryEntry | null;
  readonly stored: InventoryEntry | undefined;
} {
  const stored = entries.get(change.previous_key ?? change.key);
  // What is adopted was not ours; an entry of its name speaks of another object.
  return { stored, entry: change.action === "adopt" ? null : (stored ?? null) };
}

function orderContradictions(changes: readonly PlanChange[]): Contradiction[] {
  const names = changes.flatMap(({ key, previous_key: previous }) =>
    previous === undefined ? [key] : [key, previous],
  );
  return [
    ...unless(
      new Set(names).size === names.length,
      "/changes",
      "holds two changes of one connection",
    ),
    ...unlessEqual(
      "/changes",
      changes.map(({ key }) => key),
      orderChanges(changes).map(({ key }) => key),
      "is not in the order of a plan",
    ),
  ];
}

/**
 * Where a rule stands is told by the checkout of whoever made the plan, and moves with every line
 * above it.
 */
function ruleContradictions(
  { changes, rules = [] }: Plan,
  { inventory, recorded }: ProofInput,
): Contradiction[] {
  const withoutPlace = (rule: PlanRule): object => ({
    ...rule,
    location: undefined,
  });
  const derived = planRules(changes, {
    before: inventory?.rules,
    after: recorded,
  });
  return unlessEqual(
    "/rules",
    rules.map(withoutPlace),
    derived.map(withoutPlace),
    "is not what differs between the rules here and those of the last apply",
  );
}

function summaryContradictions({ changes, summary }: Plan): Contradiction[] {
  return unlessEqual(
    "/summary",
    summary,
    summaryOf(changes, summary.unchanged),
    "does not count the changes",
  );
}

/**
 * Words about numbers of accounts are outside of what the intent covers: they must be those that
 * the numbers give.
 */
function findingContradictions(plan: Plan, input: ProofInput): Contradiction[] {
  const { code: guard } = accountsGuard;
  const said = (findings: readonly PlanFinding[]): unknown =>
    findings
      .filter(({ code }) => code === guard)
      .map(({ key = "", message }) => ({ key, message }))
      .sort(byKey);
  const found = accountsGuard.check({
    ...input,
    changes: plan.changes,
    asksToAdopt: false,
    asksToForget: new Set(),
    declaredProtected: new Set(),
    declared: [],
  });
  return unlessEqual(
    "/findings",
    said(plan.findings),
    said(input.rules.guardLevels[guard] === "off" ? [] : found),
    "do not say how many accounts the changes touch",
  );
}

/** What is said to stay as it is of ours must be ours, and of strangers a stranger's. */
function bystanderContradictions(
  { changes, orphans, unmanaged }: Plan,
  entries: ReadonlyMap<string, InventoryEntry>,
): Contradiction[] {
  const changed = new Set(changes.map(({ key }) => key));
  const handle = (key: string): string | null =>
    entries.get(key)?.remoteId ?? null;
  return [
    ...orphans.flatMap(({ key }, index) =>
      unless(
        entries.has(key) && !changed.has(key),
        `/orphans/${String(index)}`,
        "is not owned, or is changed",
      ),
    ),
    ...unmanaged.flatMap(({ key, remote_id: id }, index) =>
      unless(handle(key) !== id, `/unmanaged/${String(index)}`, "is owned"),
    ),
  ];
}
