import type { GuardOverride } from "../../domain/environment.ts";
import { watchPlatform } from "../../environment/api/watch.ts";
import type { PlannableEnvironment } from "../../environment/open.ts";
import { planEnvironment, type PlanContext, type PlanResult } from "./plan.ts";

/** What is to be planned, and what somebody lets pass. Everything, by default. */
export interface PlanRequest extends Pick<
  PlanContext,
  "only" | "forget" | "rewrite"
> {
  readonly approvals?: readonly GuardOverride[];
}

/**
 * What an apply of an environment's documents would do. The platform is read while the documents
 * are; where they turn out to be wrong, what is under way is ended and its answers are dropped.
 * @throws as `planEnvironment` does.
 */
export async function planIn(
  environment: PlannableEnvironment,
  { approvals = [], ...request }: PlanRequest = {},
): Promise<PlanResult> {
  const watch = watchPlatform(environment);
  try {
    const [provenance, documents, applied] = [
      expected(environment.provenance()),
      expected(environment.documents()),
      expected(environment.appliedFiles()),
    ];
    return await planEnvironment(await documents, {
      ...environment,
      ...request,
      watch,
      provenance: await provenance,
      applied: await applied,
      approvals,
    });
  } catch (error) {
    await watch.abandon();
    throw error;
  }
}

/** A promise that is awaited later: until then its error is not unhandled. */
function expected<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
