import type { PlanAction, PlanChange } from "../../domain/generated/plan.ts";
import { compareText } from "../../util/compare-text.ts";

/**
 * Phase of the changes that alter custom providers: what is made with one later finds it as it is
 * declared.
 */
const PROVIDER_UPDATE_PHASE = 0;
/** Phase of the changes that make custom providers: everything else may need them. */
const PROVIDER_PHASE = 1;

const PHASES: Readonly<Record<PlanAction, number>> = {
  create: 2,
  update: 3,
  adopt: 3,
  rename: 3,
  replace: 4,
  noop: 5,
  forget: 5,
  delete: 6,
};

/**
 * Phase of the changes that make a custom provider anew that another change of the plan removes.
 */
const REMADE_PHASE = 7;

/**
 * The phase of each change of a plan, from 0. A change may need what an earlier phase made or
 * removed, never what its own phase does: those of one phase can be carried out side by side.
 */
export function changePhases(
  changes: readonly PlanChange[],
): ReadonlyMap<PlanChange, number> {
  const removers = new Map(
    changes.flatMap((change) =>
      (change.removed_providers ?? []).map((name) => [name, change] as const),
    ),
  );
  return new Map(
    changes.map((change) => [change, phaseOf(change, removers)] as const),
  );
}

function phaseOf(
  change: PlanChange,
  removers: ReadonlyMap<string, PlanChange>,
): number {
  if (change.steps.includes("update_provider")) return PROVIDER_UPDATE_PHASE;
  if (!change.steps.includes("create_provider")) return PHASES[change.action];
  const remover = removers.get(change.provider);
  return remover === undefined || remover === change
    ? PROVIDER_PHASE
    : REMADE_PHASE;
}

/** Puts changes into the order of the plan: by phase, then by key. */
export function orderChanges(changes: readonly PlanChange[]): PlanChange[] {
  const phases = changePhases(changes);
  const at = (change: PlanChange): number => phases.get(change) ?? 0;
  return [...changes].sort(
    (a, b) => at(a) - at(b) || compareText(a.key, b.key),
  );
}
