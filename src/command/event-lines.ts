/** Progress and result of a run as JSON lines, for programs that follow it. */
import type { RunResult } from "../features/apply/apply.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Plan } from "../domain/generated/plan.ts";
import { jsonLine } from "../output/json.ts";
import { outcomeJson, runJson } from "./report-json.ts";

const FORMAT_VERSION = "1.0";

/** The first line: what a reader must know before it reads on. */
export function headerLine(): string {
  return jsonLine({ kind: "events", format_version: FORMAT_VERSION });
}

/** One step of a run. */
export function eventLine(event: RunEvent): string {
  return jsonLine(
    event.kind === "change-finished"
      ? { ...event, outcome: outcomeJson(event.outcome) }
      : { ...event },
  );
}

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
