import { shellWord } from "../../util/shell-word.ts";
import type { ChangeFilter } from "../../engine/diff/input.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { nearest } from "../../util/nearest.ts";
import type { Environment } from "../../environment/open.ts";
import { planIn, type PlanRequest } from "../plan/plan-in.ts";
import type { PlanContext, PlanResult } from "../plan/plan.ts";

/** A command that changes only what we own, never what is on the platform without being asked. */
export type OwnershipAction = "adopt" | "forget";

/**
 * Options of a plan that only adopts or only forgets. No names with `adopt`: everything that can be
 * adopted.
 */
export function ownershipOptions(
  action: OwnershipAction,
  names: readonly string[],
): Pick<PlanContext, "only" | "forget"> {
  const keys = names.length === 0 ? null : new Set(names);
  const only: ChangeFilter = { actions: new Set([action]), keys };
  return action === "forget" ? { only, forget: new Set(names) } : { only };
}

/**
 * A plan that changes only what we own: of the named connections, or with `adopt` of all that can
 * be adopted.
 * @throws UserError CLI040 for a name that is not in the plan.
 */
export async function planOwnership(
  environment: Environment,
  action: OwnershipAction,
  names: readonly string[],
  approvals: PlanRequest["approvals"] = [],
): Promise<PlanResult> {
  const limits = ownershipOptions(action, names);
  const result = await planIn(environment, { approvals, ...limits });
  assertPlanned(result.plan, action, names, await knownKeys(environment));
  return result;
}

/** Names of declared and owned connections, for suggestions. */
async function knownKeys(environment: Environment): Promise<readonly string[]> {
  const { connections } = await environment.documents();
  const owned = (await environment.state.readInventory())?.entries ?? [];
  return [...connections, ...owned].map(({ key }) => key);
}

/**
 * Makes sure that every connection that was named is in the plan: a misspelled name must not look
 * like success.
 * @throws UserError CLI040.
 */
export function assertPlanned(
  plan: Plan,
  action: OwnershipAction,
  names: readonly string[],
  known: readonly string[],
): void {
  const planned = new Set([
    ...plan.changes.map(({ key }) => key),
    ...plan.findings.map(({ key }) => key),
  ]);
  const missing = names.find((name) => !planned.has(name));
  if (missing === undefined) return;
  const near = known.includes(missing) ? undefined : nearest(missing, known);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  throw new UserError(
    "CLI040",
    `"${missing}" cannot be ${PAST[action]}${hint}`,
    {
      why: WHY[action],
      fix: `see what is owned and what is live: tieline status ${shellWord(plan.environment)}`,
      notDone: "nothing was changed",
    },
  );
}

const PAST: Readonly<Record<OwnershipAction, string>> = {
  adopt: "adopted",
  forget: "forgotten",
};
const WHY: Readonly<Record<OwnershipAction, string>> = {
  adopt:
    "what is adopted is declared in the documents, exists on the platform under that name, and is not owned yet",
  forget: "only a connection that is owned can be forgotten",
};
