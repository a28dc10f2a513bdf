import type { PlanRule } from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import { shortValue } from "./summary-view.ts";

/** A rule that is not what it was at the last apply. Raw: the writer escapes it. */
export interface RuleView {
  readonly direction: PlanRule["direction"];
  /** Such as `limits.max_deletes 2 -> 20` or `policy owner-required removed`. */
  readonly sentence: string;
  /** `file:line`; `null` for what is gone. */
  readonly place: string | null;
}

/** Makes the views of rules, those that let more pass first. */
export function ruleViews(rules: readonly PlanRule[]): readonly RuleView[] {
  const order: readonly PlanRule["direction"][] = [
    "loosened",
    "changed",
    "tightened",
  ];
  return order.flatMap((direction) =>
    rules
      .filter((rule) => rule.direction === direction)
      .map((rule) => ({
        direction,
        sentence: ruleSentence(rule),
        place: placeOf(rule),
      })),
  );
}

/** Where a rule stands now; `null` where it does not stand any more. */
export function placeOf({ location }: PlanRule): string | null {
  return location === undefined
    ? null
    : `${location.file}:${String(location.line)}`;
}

/** Rules that say more in words of their own than by name. */
const WORDS: Readonly<Record<string, (name: string, key: string) => string>> = {
  "secrets.opened_by": (file, key) => `a new key opens ${file}: ${key}`,
};

function ruleSentence({ rule, name, before, after }: PlanRule): string {
  const words = WORDS[rule];
  if (words !== undefined && before === undefined && typeof after === "string")
    return words(name ?? "the secrets", after);
  const title = name === undefined ? rule : `${rule} ${name}`;
  if (isList(before) || isList(after))
    return listSentence(title, membersOf(before), membersOf(after));
  if (before === undefined) return `${title} added${tail(after)}`;
  if (after === undefined) return `${title} removed`;
  return `${title} ${shortValue(before)} -> ${shortValue(after)}`;
}

/** Of a list what came and what went is told: who opens secrets now is one key among many. */
function listSentence(
  title: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): string {
  const marks = (list: readonly JsonValue[]): Set<string> =>
    new Set(list.map((item) => JSON.stringify(item)));
  const [old, now] = [marks(before), marks(after)];
  const added = after.filter((item) => !old.has(JSON.stringify(item)));
  const removed = before.filter((item) => !now.has(JSON.stringify(item)));
  const parts = [
    ...added.map((item) => `+${shortValue(item)}`),
    ...removed.map((item) => `-${shortValue(item)}`),
  ];
  return `${title} ${parts.length === 0 ? "in another order" : parts.join(" ")}`;
}

function tail(value: JsonValue | undefined): string {
  return value === undefined || typeof value === "object"
    ? ""
    : ` (${shortValue(value)})`;
}

function isList(
  value: JsonValue | undefined,
): value is readonly JsonValue[] & JsonValue {
  return Array.isArray(value);
}

function membersOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}
