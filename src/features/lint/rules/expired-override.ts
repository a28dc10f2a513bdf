import type { LintRule } from "../rule.ts";
import { overridesIn } from "./overrides.ts";

/** Permissions that are over. */
export const expiredOverrideRule: LintRule = {
  code: "LNT013",
  name: "expired-override",
  level: "warning",
  summary: "Overrides whose last day has passed are removed.",
  why: "it lets nothing pass any more; who reads it believes that it does, and a new date would revive it unread",
  fix: "remove it, or renew it with a reason that still holds",
  check: (world) =>
    overridesIn(world)
      .filter(({ override: { until } }) => (until ?? "9") < world.today)
      .map(({ at, override: { until = "" }, words }) => ({
        at,
        message: `${words} ended on ${until}`,
      })),
};
