import type { PlanChange } from "../../domain/generated/plan.ts";
import { isRemoval, type ChangesGuard } from "./guard.ts";

/** Below this many owned connections a share says nothing. */
const LEAST_OWNED = 10;

/** Refuses a plan that deletes, replaces or updates a larger share of what we own than the environment allows in one apply. */
export const maxChangeRatioGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN102",
  check({ changes, rules, inventory }) {
    const entries = inventory?.entries ?? [];
    const owned = entries.length;
    // What a cut-off run announced was let through once already; finishing it must not be refused.
    const announced = new Set(
      entries
        .filter((entry) => entry.phase === "pending")
        .map(({ key }) => key),
    );
    const count = changes.filter(
      (change) => isCounted(change) && !announced.has(change.key),
    ).length;
    const { maxChangeRatio } = rules.limits;
    if (owned < LEAST_OWNED || count / owned <= maxChangeRatio) return [];
    return [
      {
        code: "PLN102",
        level: "refuse",
        message: `the plan deletes, replaces or updates ${String(count)} of ${String(owned)} owned connections, a larger share than the ${String(maxChangeRatio)} that limits.max_change_ratio allows`,
        fix: "apply fewer changes at a time; raise limits.max_change_ratio in environment.yaml if this is meant",
      },
    ];
  },
};

function isCounted(change: PlanChange): boolean {
  return (
    isRemoval(change) ||
    change.action === "update" ||
    change.action === "rename"
  );
}
