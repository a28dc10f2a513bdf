import type { FreezeWindow } from "../../domain/environment.ts";
import type { FreezeWindow as WrittenWindow } from "../../domain/generated/environment.ts";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY_MINUTES = 24 * 60;

/** A window as it is used; nothing for one that {@link freezeProblem} speaks of. */
export function freezeOf(written: WrittenWindow): FreezeWindow[] {
  if (freezeProblem(written) !== undefined) return [];
  const { days, from, until, reason } = written;
  if (days !== undefined)
    return [
      {
        kind: "weekly",
        days: days.map((day) => DAYS.indexOf(day)),
        fromMinute: minuteOf(from ?? "00:00"),
        untilMinute: minuteOf(until ?? "24:00"),
        reason,
      },
    ];
  if (from === undefined || until === undefined) return [];
  return [
    {
      kind: "once",
      from: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
      reason,
    },
  ];
}

/** What is wrong with a window, or `undefined`. */
export function freezeProblem(written: WrittenWindow): string | undefined {
  const { days, from, until } = written;
  if (days === undefined) {
    if (from === undefined || until === undefined)
      return "it has no days, so it needs from and until with date and time";
    const start = Date.parse(from);
    const end = Date.parse(until);
    if (Number.isNaN(start) || Number.isNaN(end))
      return "from and until are dates with a time in UTC, such as 2026-12-20T00:00Z";
    return start < end ? undefined : "it ends before it starts";
  }
  const start = minuteOf(from ?? "00:00");
  const end = minuteOf(until ?? "24:00");
  if (Number.isNaN(start) || Number.isNaN(end))
    return "with days, from and until are times of day up to 24:00";
  return start < end
    ? undefined
    : "it ends before it starts; write one window for each side of midnight";
}

/** Minutes after midnight, or `NaN` for what is no time of day. */
function minuteOf(text: string): number {
  const match = /^(\d{2}):(\d{2})$/u.exec(text);
  if (match === null) return Number.NaN;
  const minute = Number(match[1]) * 60 + Number(match[2]);
  return minute <= DAY_MINUTES ? minute : Number.NaN;
}
