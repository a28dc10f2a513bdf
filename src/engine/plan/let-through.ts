import type { EnvironmentRules } from "../../domain/environment.ts";
import { LIMIT_FIELDS } from "../../domain/generated/limits.ts";
import type { PlanFinding, PlanRule } from "../../domain/generated/plan.ts";
import { isJsonList, isJsonObject, type JsonValue } from "../../domain/json.ts";
import type { RecordedRules } from "../../domain/state/inventory.ts";
import { GUARDS } from "../guards/index.ts";
import type { GuardContext } from "../guards/guard.ts";
import { weighFindings } from "./overrides.ts";

/** A rule as guards read it, put back to what the last apply recorded of it. */
type Former = (before: JsonValue | undefined) => Partial<EnvironmentRules>;

/**
 * What passes only because the same change loosens a rule: the guards are asked once more, under
 * that rule as the last apply left it. What they refuse then and not now is told with the rule.
 * Pure.
 */
export function letThrough(
  found: readonly PlanFinding[],
  {
    context,
    rules,
  }: {
    readonly context: GuardContext;
    /** What differs in the rules since the last apply. */
    readonly rules: readonly PlanRule[];
  },
): PlanFinding[] {
  const before = context.inventory?.rules;
  if (before === undefined) return [];
  const settled = new Set(
    found
      .filter(({ level, override }) => level === "refuse" || override)
      .map(markOf),
  );
  const loosened = rules.filter(({ direction }) => direction === "loosened");
  return [...new Set(loosened.map(({ rule }) => rule))].flatMap((name) => {
    const former = formerRules(name, context.rules, before);
    if (former === undefined) return [];
    const refused = weighFindings(
      GUARDS.flatMap((guard) => guard.check({ ...context, rules: former })),
      former.guardLevels,
    ).filter((finding) => finding.level === "refuse");
    return refused
      .filter((finding) => !settled.has(markOf(finding)))
      .map((finding) => tell(finding, name, loosened));
  });
}

function markOf({ code, key = "" }: PlanFinding): string {
  return `${code}:${key}`;
}

function tell(
  { code, key, message }: PlanFinding,
  name: string,
  loosened: readonly PlanRule[],
): PlanFinding {
  const rule = loosened.find(
    (each) => each.rule === name && (each.name ?? code) === code,
  );
  const place = rule?.location;
  const at =
    place === undefined ? "" : ` (${place.file}:${String(place.line)})`;
  const about = key === undefined ? "" : `"${key}" `;
  return {
    code: "PLN119",
    level: "warn",
    ...(key === undefined ? {} : { key }),
    message: `${about}passes only because THIS change loosens ${name}${at}; until now it was refused: ${bare(message, key)}`,
    fix: "review the rule as a change of its own, before what it lets through",
    ...(place === undefined ? {} : { location: place }),
  };
}

function bare(message: string, key: string | undefined): string {
  return key === undefined
    ? message
    : message.replace(`"${key}": `, "").replace(`"${key}" `, "it ");
}

function formerRules(
  name: string,
  rules: EnvironmentRules,
  before: RecordedRules,
): EnvironmentRules | undefined {
  const limit = LIMIT_FIELDS.find((field) => `limits.${field.name}` === name);
  if (limit?.isPace === true) return undefined;
  if (limit !== undefined) {
    const value = before[name];
    return {
      ...rules,
      limits: {
        ...rules.limits,
        [limit.member]: typeof value === "number" ? value * limit.factor : null,
      },
    };
  }
  const former = FORMER[name];
  return former === undefined
    ? undefined
    : { ...rules, ...former(before[name]) };
}

const FORMER: Readonly<Record<string, Former>> = {
  production: (before) => ({ isProduction: before === true }),
  adopt: (before) => ({ adoption: before === "refuse" ? "refuse" : "plan" }),
  scope_ceiling: (before) => ({
    scopeCeiling: isJsonList(before) ? before.map(String) : null,
  }),
  guards: (before) => ({
    guardLevels: isJsonObject(before)
      ? Object.fromEntries(
          Object.entries(before).flatMap(([code, level]) =>
            level === "refuse" || level === "warn" || level === "off"
              ? [[code, level] as const]
              : [],
          ),
        )
      : {},
  }),
};
