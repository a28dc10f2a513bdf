import {
  MANDATORY_GUARDS,
  type EnvironmentRules,
  type GuardOverride,
} from "../../domain/environment.ts";
import type { PlanFinding } from "../../domain/generated/plan.ts";
import { planLocation } from "../diff/field-diff.ts";

/**
 * Turns refusals that someone let pass by name into warnings that carry the reason. An override
 * reaches the finding of its guard about its connection, or, without a connection, the finding
 * about the plan as a whole: there is no way to let everything pass.
 * @param today - `YYYY-MM-DD` in UTC; an override holds through its last day.
 */
export function applyOverrides(
  findings: readonly PlanFinding[],
  overrides: readonly GuardOverride[],
  today: string,
): PlanFinding[] {
  const standing = new Map<string, GuardOverride>();
  for (const each of overrides) {
    const about = aboutOf(each.guard, each.connection);
    if (!isExpired(each, today) && !standing.has(about))
      standing.set(about, each);
  }
  return findings.map((finding) => {
    const match = standing.get(aboutOf(nameOf(finding), finding.key));
    if (finding.level !== "refuse" || match === undefined) return finding;
    const { reason, until } = match;
    return {
      ...finding,
      level: "warn",
      override: { reason, ...(until === undefined ? {} : { until }) },
    };
  });
}

/**
 * A warning for each override whose last day is over: it lets nothing pass any more and only
 * misleads.
 */
export function expiredOverrides(
  overrides: readonly GuardOverride[],
  today: string,
): PlanFinding[] {
  return overrides
    .filter((each) => isExpired(each, today))
    .map((override) => {
      const { guard, connection, until, location } = override;
      const about = connection === undefined ? "" : ` for "${connection}"`;
      return {
        code: "PLN111",
        level: "warn",
        ...(connection === undefined ? {} : { key: connection }),
        message: `the override of ${guard}${about} ended on ${String(until)}`,
        fix: "remove it, or renew it with a reason and a new last day",
        ...(location === undefined ? {} : { location: planLocation(location) }),
      };
    });
}

/**
 * A warning for each approval given for this plan that no finding asked for: most likely a name is
 * misspelt.
 */
export function idleApprovals(
  findings: readonly PlanFinding[],
  approvals: readonly GuardOverride[],
): PlanFinding[] {
  const found = new Set(
    findings.map((finding) => aboutOf(nameOf(finding), finding.key)),
  );
  return approvals
    .filter(({ guard, connection }) => !found.has(aboutOf(guard, connection)))
    .map(({ guard, connection }) => ({
      code: "PLN111",
      level: "warn",
      ...(connection === undefined ? {} : { key: connection }),
      message: `the approval of ${guard}${connection === undefined ? "" : ` for "${connection}"`} matches nothing in this plan`,
      fix: "check the name of the guard and of the connection: an approval names both, as in PLN104:gmail-support",
    }));
}

function isExpired(override: GuardOverride, today: string): boolean {
  return override.until !== undefined && override.until < today;
}

/** What a permission and a finding must both be about for the one to let the other pass. */
function aboutOf(guard: string, connection: string | undefined): string {
  return JSON.stringify([guard, connection ?? null]);
}

/** A policy is let pass under its own name, never together with all the others. */
function nameOf(finding: PlanFinding): string {
  return finding.policy === undefined
    ? finding.code
    : `policy/${finding.policy}`;
}

/**
 * Gives the findings of guards the weight the environment asks for: `warn` only says so, `refuse`
 * stops where the guard would only warn, `off` drops them. The guards against losing connections
 * keep their own weight, whatever is asked.
 */
export function weighFindings(
  findings: readonly PlanFinding[],
  levels: EnvironmentRules["guardLevels"],
): PlanFinding[] {
  return findings.flatMap((finding) => {
    const level = MANDATORY_GUARDS.includes(finding.code)
      ? undefined
      : levels[finding.code];
    if (level === undefined) return [finding];
    return level === "off" ? [] : [{ ...finding, level }];
  });
}
