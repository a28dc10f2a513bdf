import type {
  PlanChange,
  PlanFieldChange,
  PlanLocation,
  PlanRule,
} from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { RecordedRules } from "../../domain/state/inventory.ts";
import { compareText } from "../../util/compare-text.ts";
import { ruleFor } from "../diff/field-rules.ts";
import { normalizeValue } from "../diff/normalize.ts";
import { diffRule, diffRules, type RuleDifference } from "./diff-rules.ts";

/**
 * What differs in the rules since the last apply, sorted by rule and name: those of the
 * environment, and what the changed connections say about their own protection. Where no rules were
 * recorded yet, none of the environment's differs.
 */
export function planRules(
  changes: readonly PlanChange[],
  rules: {
    readonly before: RecordedRules | undefined;
    readonly after: RecordedRules;
    /** Where the rule stands now. */
    readonly locate?: (difference: RuleDifference) => PlanLocation | undefined;
  },
): PlanRule[] {
  const { before, after, locate } = rules;
  const ofEnvironment =
    before === undefined
      ? []
      : diffRules(before, after).map((found) =>
          planRule(found, locate?.(found)),
        );
  return [...ofEnvironment, ...changes.flatMap(rulesOfChange)].sort(
    (a, b) =>
      compareText(a.rule, b.rule) || compareText(a.name ?? "", b.name ?? ""),
  );
}

function planRule(
  { fact, name, member, before, after, direction }: RuleDifference,
  location: PlanLocation | undefined,
): PlanRule {
  return {
    rule: member === undefined ? fact.name : `${fact.name}.${member}`,
    ...(name === undefined ? {} : { name }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    direction,
    ...(location === undefined ? {} : { location }),
  };
}

/** A connection that is new or taken over had no rules of ours before. */
function rulesOfChange(change: PlanChange): PlanRule[] {
  if (change.action === "create" || change.action === "adopt") return [];
  return change.fields.flatMap((field) => {
    const { looser } = ruleFor(field.path);
    if (looser === undefined) return [];
    return fieldDifferences(field).map((found) =>
      planRule({ ...found, name: change.key }, field.location),
    );
  });
}

function fieldDifferences(field: PlanFieldChange): RuleDifference[] {
  const { path, semantics, last_applied: last, after } = field;
  const { looser } = ruleFor(path);
  const value = (of: JsonValue | undefined) => normalizeValue(semantics, of);
  const isList = semantics === "list" || semantics === "set";
  return diffRule(
    {
      name: path.slice(1).replaceAll("/", "."),
      pointer: path,
      form: isList ? "set" : "value",
      ...(looser === undefined ? {} : { looser }),
    },
    value(last),
    value(after),
  );
}
