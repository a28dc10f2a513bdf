import type { EnvironmentRules } from "../../domain/environment.ts";
import { LIMIT_FIELDS } from "../../domain/generated/limits.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";

/**
 * The rules that guards look at, by their names in `environment.yaml`, without where they are
 * written: what made a plan pass here must be what would make it pass where it is applied. How fast
 * and where to send is no such rule.
 */
export function ruleDigests(rules: EnvironmentRules): Record<string, string> {
  const { limits } = rules;
  const parts: Readonly<Record<string, unknown>> = {
    adopt: rules.adoption,
    ...(rules.approvals === null ? {} : { approvals: rules.approvals }),
    freeze: rules.freeze,
    guards: rules.guardLevels,
    limits: Object.fromEntries(
      LIMIT_FIELDS.filter(({ isPace }) => !isPace).map(({ member }) => [
        member,
        limits[member],
      ]),
    ),
    overrides: rules.overrides.map(withoutPlace),
    policies: rules.policies.map(withoutPlace),
    production: rules.isProduction,
    prune: rules.prunes,
    scope_ceiling: rules.scopeCeiling,
    "secrets.recipients": rules.secretRecipients,
    signing: rules.signing,
    unrepresentable: rules.unrepresentable,
  };
  return Object.fromEntries(
    Object.entries(parts).map(([name, value]) => [
      name,
      sha256(canonicalJson(value)),
    ]),
  );
}

/** Names of the rules that differ, sorted. */
export function differingRules(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .sort();
}

function withoutPlace(rule: object): object {
  return { ...rule, location: undefined };
}
