import { outcomeJson } from "../output/outcome-json.ts";
import type { RunEvent } from "../domain/state/event.ts";
import { jsonLine } from "../output/json.ts";

const FORMAT_VERSION = "1.0";

/** The first line: what a reader must know before it reads on. */
export function headerLine(): string {
  return jsonLine({ kind: "events", format_version: FORMAT_VERSION });
}

/** The last line of a run that was stopped before its first write. */
export function errorLine(code: string, message: string): string {
  return jsonLine({ kind: "error", code, message });
}

/** One step of a run. */
export function eventLine(event: RunEvent): string {
  return jsonLine(
    event.kind === "change-finished"
      ? { ...event, outcome: outcomeJson(event.outcome) }
      : { ...event },
  );
}
