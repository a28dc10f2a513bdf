import { UserError } from "../../domain/problem/error.ts";
import { durationMs } from "../../util/duration.ts";

/**
 * When something ends, ISO 8601 UTC, from a duration or a time; `null` where none is given.
 * @throws UserError CLI001 for what is neither, or lies in the past.
 */
export function untilOf(text: string | undefined, now: number): string | null {
  if (text === undefined) return null;
  const duration = durationMs(text);
  const end =
    duration === undefined
      ? /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z$/u.test(text)
        ? Date.parse(text)
        : NaN
      : now + duration;
  if (Number.isFinite(end) && end > now) return new Date(end).toISOString();
  throw new UserError("CLI001", `"${text}" is no time that is to come`, {
    fix: "write a duration such as 2h, or a time in UTC such as 2026-12-01T08:00:00Z",
    notDone: "nothing was changed",
  });
}
