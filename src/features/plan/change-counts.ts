import type { Plan, PlanChange } from "../../domain/generated/plan.ts";
import type { ChangeCounts } from "../../output/change-report.ts";

/** What a plan does to the platform: what is only recorded counts as nothing. */
export function changeCounts({ changes }: Pick<Plan, "changes">): ChangeCounts {
  const count = (isOne: (change: PlanChange) => boolean): number =>
    changes.filter(isOne).length;
  return {
    create: count(({ action }) => action === "create" || action === "replace"),
    update: count(
      ({ action, steps }) =>
        !OTHERS.has(action) && steps.some((step) => step !== "record"),
    ),
    delete: count(({ action }) => action === "delete" || action === "replace"),
  };
}

/** Counted elsewhere, or not done to the platform. */
const OTHERS: ReadonlySet<PlanChange["action"]> = new Set([
  "create",
  "replace",
  "delete",
  "forget",
  "noop",
]);
