import type { GuardOverride } from "../../domain/environment.ts";
import type { PlannableEnvironment } from "../../environment/open.ts";
import { planEnvironment, type PlanContext, type PlanResult } from "./plan.ts";

/** What is to be planned, and what somebody lets pass. Everything, by default. */
export interface PlanRequest extends Pick<
  PlanContext,
  "only" | "forget" | "rewrite"
> {
  readonly approvals?: readonly GuardOverride[];
}

/** What an apply of an environment's documents would do. @throws as `planEnvironment` does. */
export async function planIn(
  environment: PlannableEnvironment,
  { approvals = [], ...request }: PlanRequest = {},
): Promise<PlanResult> {
  const provenance = await environment.provenance();
  return planEnvironment(await environment.documents(), {
    ...environment,
    ...request,
    provenance,
    applied: await environment.appliedFiles(),
    approvals,
  });
}
