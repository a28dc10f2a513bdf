import type { PlanRule } from "../../domain/generated/plan.ts";
import { safe, type SafeText } from "../../output/escape.ts";
import { valuePair } from "../../output/difference-text.ts";
import { paint, type Style } from "../../output/style.ts";
import { countOf } from "../../util/count.ts";

/** Rules shown of each kind before the rest is only counted. */
const MOST_RULES = 30;

/** What differs in the rules since the last apply, one line each: first what lets more pass. */
export function ruleLines(
  rules: readonly PlanRule[],
  style: Style,
  options: { readonly verbose: boolean },
): SafeText[] {
  const most = options.verbose ? Infinity : MOST_RULES;
  const isLooser = ({ direction }: PlanRule): boolean =>
    direction === "loosened";
  return [
    ...section("RULES THIS CHANGE LOOSENS", rules.filter(isLooser)),
    ...section(
      "OTHER RULES THAT DIFFER",
      rules.filter((rule) => !isLooser(rule)),
    ),
  ];

  function section(title: string, some: readonly PlanRule[]): SafeText[] {
    if (some.length === 0) return [];
    const shown = some.slice(0, most);
    const rest = some.length - shown.length;
    return [
      paint(style, "bold", title),
      ...shown.map((rule) => ruleLine(rule, style)),
      ...(rest > 0 ? [safe` and ${countOf(rest, "more rule")}`] : []),
    ];
  }
}

function ruleLine(rule: PlanRule, style: Style): SafeText {
  const { before, after, direction, location } = rule;
  const title = paint(
    style,
    direction === "loosened" ? "red" : "yellow",
    rule.rule,
  );
  const how = direction === "tightened" ? safe`, tightened` : safe``;
  const name = rule.name === undefined ? safe`` : safe` ${rule.name}`;
  const place =
    location === undefined
      ? safe``
      : safe` (${location.file}:${location.line})`;
  const values = valuePair(before, after);
  const difference =
    before === undefined
      ? safe`added ${values.after}`
      : after === undefined
        ? safe`removed ${values.before}`
        : safe`${values.before} -> ${values.after}`;
  return safe` ${title}${name}: ${difference}${how}${place}`;
}
