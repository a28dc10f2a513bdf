import type { FreezeWindow } from "../../domain/environment.ts";
import type { ChangesGuard } from "./guard.ts";

/**
 * Refuses changes while the environment is frozen. Apply asks again, because a plan may be made
 * before a freeze and applied in it.
 */
export const freezeGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN112",
  check({ changes, rules, now }) {
    const window = findFreeze(rules.freeze, now);
    if (window === undefined || changes.length === 0) return [];
    return [
      {
        code: "PLN112",
        level: "refuse",
        message: freezeText(window),
        fix: "apply after it; for an emergency let it pass by name: an override of PLN112 with a reason and a last day, or --approve PLN112 --reason",
      },
    ];
  },
};

/**
 * The first window that a moment lies in, or `undefined`.
 * @param now - ISO 8601 in UTC, as are the windows.
 */
export function findFreeze(
  windows: readonly FreezeWindow[],
  now: string,
): FreezeWindow | undefined {
  const at = new Date(now);
  const minute = at.getUTCHours() * 60 + at.getUTCMinutes();
  return windows.find((window) => {
    if (window.kind === "once")
      return (
        Date.parse(window.from) <= at.getTime() &&
        at.getTime() < Date.parse(window.until)
      );
    return (
      window.days.includes(at.getUTCDay()) &&
      window.fromMinute <= minute &&
      minute < window.untilMinute
    );
  });
}

/** A window in words: why, and until when. */
function freezeText(window: FreezeWindow): string {
  if (window.kind === "once")
    return `changes are frozen until ${window.until}: ${window.reason}`;
  const until = `${pad(Math.floor(window.untilMinute / 60))}:${pad(window.untilMinute % 60)}`;
  return `changes are frozen every week at this time, today until ${until} UTC: ${window.reason}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
