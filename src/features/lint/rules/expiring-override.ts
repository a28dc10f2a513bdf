import type { LintRule } from "../rule.ts";
import { dayAfter } from "../world.ts";
import { overridesIn } from "./overrides.ts";

/** Two weeks: long enough to fix what the override is for before a plan is refused. */
const NOTICE_DAYS = 14;

/** Permissions that end soon. */
export const expiringOverrideRule: LintRule = {
  code: "LNT014",
  name: "expiring-override",
  level: "note",
  summary: `Overrides that end within ${String(NOTICE_DAYS)} days are announced.`,
  why: "from the day after on, plans that need it are refused",
  fix: "remove the cause before then, or renew it with a reason that still holds",
  check: (world) => {
    const limit = dayAfter(world.today, NOTICE_DAYS);
    return overridesIn(world).flatMap(({ at, override: { until }, words }) =>
      until === undefined || until < world.today || until > limit
        ? []
        : [{ at, message: `${words} ends on ${until}` }],
    );
  },
};
