import type {
  EnvironmentRules,
  GuardOverride,
} from "../../domain/environment.ts";
import type {
  Plan,
  PlanChange,
  PlanFinding,
} from "../../domain/generated/plan.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import type { Declaration } from "../guards/guard.ts";
import { CHANGES_GUARDS } from "../guards/index.ts";
import { applyOverrides, weighFindings } from "./overrides.ts";

/** What guards look at again where a plan is applied. */
export interface RecheckInput {
  readonly rules: EnvironmentRules;
  /** Our own, not what the plan says of it. */
  readonly inventory: Inventory | null;
  /** Permissions that count for this run, beside those of the environment. */
  readonly approvals: readonly GuardOverride[];
  /** ISO 8601 in UTC. */
  readonly now: string;
}

/**
 * What the guards say of the changes of a plan today, from nothing but the changes, our own
 * inventory and today's rules: whatever the plan claims that was found, this is what apply goes by.
 * Refusals that someone let pass count as warnings.
 */
export function recheckGuards(plan: Plan, input: RecheckInput): PlanFinding[] {
  const { rules, inventory, now } = input;
  const found = CHANGES_GUARDS.flatMap((guard) =>
    guard.check({
      rules,
      inventory,
      now,
      changes: plan.changes,
      asksToAdopt: plan.changes.every(({ action }) => action === "adopt"),
      asksToForget: forgottenOnRequest(plan.changes, inventory),
      declaredProtected: new Set(
        plan.changes.filter((c) => c.is_protected).map(({ key }) => key),
      ),
      declared: plan.changes.flatMap(declarationOf),
    }),
  );
  return applyOverrides(
    weighFindings(found, rules.guardLevels),
    [...rules.overrides, ...input.approvals],
    now.slice(0, 10),
  );
}

/**
 * Permissions that a plan carries, as whoever made it gave them. They count only where the plan is
 * known to be what was reviewed.
 */
export function approvalsIn(plan: Plan): GuardOverride[] {
  return plan.findings.flatMap(({ code, policy, key, override }) =>
    override === undefined
      ? []
      : [
          {
            guard: policy === undefined ? code : `policy/${policy}`,
            ...(key === undefined ? {} : { connection: key }),
            ...override,
          },
        ],
  );
}

/**
 * What is gone is forgotten by itself; what is still there, under our own handle, someone asked to
 * let go of.
 */
function forgottenOnRequest(
  changes: readonly PlanChange[],
  inventory: Inventory | null,
): ReadonlySet<string> {
  const handles = new Map(
    (inventory?.entries ?? []).map(({ key, remoteId }) => [key, remoteId]),
  );
  return new Set(
    changes
      .filter(({ action }) => action === "forget")
      .filter(
        ({ key, remote_id: handle }) =>
          handle !== null && handles.get(key) === handle,
      )
      .map(({ key }) => key),
  );
}

function declarationOf(change: PlanChange): Declaration[] {
  const { key, provider, desired, fields, location } = change;
  if (desired === null) return [];
  const places = new Map(fields.map((field) => [field.path, field.location]));
  return [
    {
      key,
      provider,
      fields: desired.fields,
      placeOf: (path) => places.get(path) ?? location ?? undefined,
    },
  ];
}
