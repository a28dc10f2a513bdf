import type { Plan } from "../../domain/generated/plan.ts";

/**
 * Whether nothing differs at all: no connection, no rule, nothing that only applications see. Such
 * a plan reads and writes no state.
 */
export function isEmptyPlan(plan: Pick<Plan, "changes" | "rules">): boolean {
  return plan.changes.length === 0 && (plan.rules ?? []).length === 0;
}
