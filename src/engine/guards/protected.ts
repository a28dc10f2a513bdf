import type { PlanAction, PlanChange } from "../../domain/generated/plan.ts";
import { isRemoval, locationOf, type ChangesGuard } from "./guard.ts";

const LOSSES: Readonly<Partial<Record<PlanAction, string>>> = {
  delete: "deleted",
  forget: "forgotten with its protection",
};

/** Refuses to delete or replace a protected connection. What the inventory remembers counts, so dropping the line that protects does not help. */
export const protectedGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN103",
  check({ changes, inventory, asksToForget, declaredProtected }) {
    const isProtected = new Set([
      ...(inventory?.entries ?? [])
        .filter((entry) => entry.isProtected)
        .map((entry) => entry.key),
      ...declaredProtected,
    ]);
    // What is gone is forgotten by itself; forgetting one on request would forget its protection too.
    const isLost = (change: PlanChange): boolean =>
      isRemoval(change) || asksToForget.has(change.key);
    return changes
      .filter((change) => isLost(change) && isProtected.has(change.key))
      .map((change) => ({
        code: "PLN103",
        level: "refuse",
        key: change.key,
        message: `"${change.key}" is protected and would be ${LOSSES[change.action] ?? "replaced"}`,
        fix: "declare it again with lifecycle.protected: false and apply that first; then remove it in a second change",
        ...locationOf(change),
      }));
  },
};
