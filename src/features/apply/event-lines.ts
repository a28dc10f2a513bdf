import { jsonLine } from "../../output/json.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import type { RunResult } from "./apply.ts";
import { runJson } from "./json.ts";

/** The last line of a run that reached its end. */
export function resultLine(
  result: RunResult,
  plan: Pick<Plan, "findings">,
  exitCode: number,
): string {
  return jsonLine({ ...runJson(result, plan), exit_code: exitCode });
}

/** The last line of a run that was stopped before its first write. */
export function errorLine(code: string, message: string): string {
  return jsonLine({ kind: "error", code, message });
}
