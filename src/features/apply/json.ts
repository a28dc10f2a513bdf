import { errorJson } from "../../output/diagnostics.ts";
import { unreadableKeys } from "../../domain/problem/unreadable.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import type { RunResult } from "./apply.ts";
import { outcomeJson } from "../../output/outcome-json.ts";

/** The result of an apply. */
export function runJson(
  result: RunResult,
  plan: Pick<Plan, "findings">,
): JsonObject {
  return {
    kind: "run",
    environment: result.environment,
    plan_digest: result.planDigest,
    result: result.result,
    receipt: result.receipt?.digest ?? null,
    unrecorded:
      result.unrecorded === null ? null : errorJson(result.unrecorded),
    outcomes: result.outcomes.map(outcomeJson),
    unreadable: [...unreadableKeys(plan)],
  };
}
