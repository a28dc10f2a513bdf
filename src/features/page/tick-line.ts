import type { JsonObject } from "../../domain/json.ts";
import type { EnvironmentStatus } from "../../domain/reconcile/status.ts";
import { safe, textOf } from "../../output/escape.ts";
import { jsonLine } from "../../output/json.ts";
import { shortDigest } from "../../output/words.ts";
import { clip } from "../../util/clip.ts";
import { countOf } from "../../util/count.ts";
import type { OrderEntry } from "./options.ts";

/** How the log is written. */
export type LogFormat = "json" | "text";

const MOST_PROBLEMS = 5;
const SENTENCE = 300;

/**
 * One line about a tick that ended. Holds no secret because a status has none; whoever writes it
 * scrubs it all the same. Nothing where no tick ended yet.
 */
export function tickLine(status: EnvironmentStatus, format: LogFormat): string {
  const { environment, lastTick, problems, pending } = status;
  if (lastTick === null) return "";
  const ms = Date.parse(lastTick.finishedAt) - Date.parse(lastTick.startedAt);
  const level = levelOf(status);
  const told = problems.slice(0, MOST_PROBLEMS);
  if (format === "json")
    return jsonLine({
      time: lastTick.finishedAt,
      level,
      message: "tick",
      environment,
      mode: status.mode,
      reason: lastTick.reason,
      result: lastTick.result,
      duration_ms: ms,
      requests: lastTick.requestCount,
      commit: status.commit,
      sync: status.sync,
      drifted: status.drift.length,
      pending: pending?.intentDigest ?? null,
      failures_in_a_row: status.failureCount,
      problems: told.map(({ code, message }) => ({
        code,
        message: clip(message, SENTENCE),
      })),
      next_tick_at: status.nextTickAt,
    } satisfies JsonObject);
  const facts = [
    `${String(ms)} ms`,
    countOf(lastTick.requestCount, "request"),
    ...(status.drift.length > 0
      ? [`${String(status.drift.length)} drifted`]
      : []),
    ...(pending === null
      ? []
      : [`plan ${shortDigest(pending.intentDigest)} waits`]),
    ...told.map(({ code, message }) => `${code}: ${clip(message, SENTENCE)}`),
  ];
  return textOf([
    safe`${lastTick.finishedAt} ${level} ${environment}: ${lastTick.result} (${lastTick.reason}; ${facts.join("; ")})`,
  ]);
}

/** One line about what somebody asked for. `now` is in milliseconds since 1970. */
export function orderLine(
  { environment, what }: OrderEntry,
  now: number,
  format: LogFormat,
): string {
  const time = new Date(now).toISOString();
  return format === "json"
    ? jsonLine({ time, level: "info", message: "order", environment, what })
    : textOf([safe`${time} info ${environment}: ${what}`]);
}

function levelOf({ lastTick, problems }: EnvironmentStatus): string {
  if (lastTick?.result === "failed" || lastTick?.result === "partial")
    return "error";
  return problems.length > 0 ? "warn" : "info";
}
