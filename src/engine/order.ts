import type { PlanAction, PlanChange } from "../domain/generated/plan.ts";
import { compareText } from "./compare-text.ts";

/** Phase of the changes that make or alter custom providers: everything else may need them. */
const PROVIDER_PHASE = 0;

const PHASES: Readonly<Record<PlanAction, number>> = {
  create: 1,
  update: 2,
  adopt: 2,
  rename: 2,
  replace: 3,
  noop: 4,
  forget: 4,
  delete: 5,
};

/**
 * The phase of a change, from 0. A change may need what an earlier phase made, never what its own phase makes: those of one
 * phase can be carried out side by side.
 */
export function changePhase(change: PlanChange): number {
  const makesProvider =
    change.steps.includes("create_provider") ||
    change.steps.includes("update_provider");
  return makesProvider ? PROVIDER_PHASE : PHASES[change.action];
}

/** Puts changes into the order of the plan: by phase, then by key. */
export function orderChanges(changes: readonly PlanChange[]): PlanChange[] {
  return [...changes].sort(
    (a, b) => changePhase(a) - changePhase(b) || compareText(a.key, b.key),
  );
}
