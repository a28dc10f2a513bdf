import { directionOf, type Direction } from "../../domain/field/looseness.ts";
import type { RuleFact } from "../../domain/field/rule-fact.ts";
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import type { RecordedRules } from "../../domain/state/inventory.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { compareText } from "../../util/compare-text.ts";
import { RECORDED_FACTS } from "./record-rules.ts";

/** One difference of one rule. */
export interface RuleDifference {
  readonly fact: RuleFact;
  /** Which of several: the member of a map, the item of a list that has names. */
  readonly name?: string;
  /** The member of the item that differs; absent where the whole item came or went. */
  readonly member?: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly direction: Direction;
}

/**
 * What differs between two records of an environment's rules. A rule that was not recorded counts
 * as its default: another version of the program did not know it.
 */
export function diffRules(
  before: RecordedRules,
  after: RecordedRules,
): RuleDifference[] {
  return RECORDED_FACTS.flatMap((fact) =>
    diffRule(fact, slotOf(before, fact), slotOf(after, fact)),
  );
}

function slotOf(rules: RecordedRules, fact: RuleFact): JsonValue | undefined {
  return Object.hasOwn(rules, fact.name) ? rules[fact.name] : fact.default;
}

/** What differs of one rule; nothing where both are equal. */
export function diffRule(
  fact: RuleFact,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): RuleDifference[] {
  if (isEqual(before, after)) return [];
  if (fact.form === "set") return diffSet(fact, before, after);
  if (fact.form === "value" || !areObjects(before, after))
    return [difference(fact, { before, after })];
  const [old, now] = [objectOf(before), objectOf(after)];
  return namesOf(old, now).flatMap((name) => {
    const was = ownValue(old, name);
    const is = ownValue(now, name);
    if (isEqual(was, is)) return [];
    switch (fact.form) {
      case "items":
        return diffItem(fact, name, was, is);
      case "sets":
        return diffNamedSet(fact, name, { old, was, is });
      default:
        return [difference(fact, { name, before: was, after: is })];
    }
  });
}

function diffSet(
  fact: RuleFact,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): RuleDifference[] {
  const { isAllWhenAbsent = false } = fact;
  if (isAllWhenAbsent && (before === undefined || after === undefined)) {
    const direction = after === undefined ? "loosened" : "tightened";
    return [withValues({ fact, direction }, before, after)];
  }
  if (!areLists(before, after)) return [difference(fact, { before, after })];
  return movedItems(before, after).map((moved) => difference(fact, moved));
}

function diffItem(
  fact: RuleFact,
  name: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): RuleDifference[] {
  if (!isJsonObject(before) || !isJsonObject(after))
    return [difference(fact, { name, before, after })];
  return namesOf(before, after).flatMap((member) => {
    const was = ownValue(before, member);
    const is = ownValue(after, member);
    if (isEqual(was, is)) return [];
    const direction = directionOf(fact.members?.[member]?.looser, was, is);
    return [withValues({ fact, name, member, direction }, was, is)];
  });
}

/**
 * Who is in another of the sets already gains nothing by being in this one; where nobody was in
 * any, nobody is new.
 */
function diffNamedSet(
  fact: RuleFact,
  name: string,
  sets: {
    readonly old: JsonObject;
    readonly was: JsonValue | undefined;
    readonly is: JsonValue | undefined;
  },
): RuleDifference[] {
  const { old, was, is } = sets;
  if (!areLists(was, is))
    return [difference(fact, { name, before: was, after: is })];
  const known = new Set(
    Object.values(old).flatMap((each) =>
      isJsonList(each) ? each.map(canonicalJson) : [],
    ),
  );
  return movedItems(was, is).map((moved) => {
    const isKnown =
      moved.after !== undefined &&
      (known.size === 0 || known.has(canonicalJson(moved.after)));
    const found = difference(fact, { name, ...moved });
    return isKnown ? { ...found, direction: "changed" } : found;
  });
}

interface Moved {
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** Items that only one of two sets has, those that went first. */
function movedItems(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Moved[] {
  const [old, now] = [itemsOf(before), itemsOf(after)];
  return [
    ...[...old]
      .filter(([text]) => !now.has(text))
      .map(([, item]) => ({ before: item })),
    ...[...now]
      .filter(([text]) => !old.has(text))
      .map(([, item]) => ({ after: item })),
  ];
}

function itemsOf(value: JsonValue | undefined): ReadonlyMap<string, JsonValue> {
  return new Map(
    (isJsonList(value) ? value : []).map((item) => [canonicalJson(item), item]),
  );
}

function difference(
  fact: RuleFact,
  found: {
    readonly name?: string;
    readonly before?: JsonValue | undefined;
    readonly after?: JsonValue | undefined;
  },
): RuleDifference {
  const { name, before, after } = found;
  const direction = directionOf(fact.looser, before, after);
  return withValues(
    { fact, direction, ...(name === undefined ? {} : { name }) },
    before,
    after,
  );
}

function withValues(
  found: RuleDifference,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): RuleDifference {
  return {
    ...found,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function isEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a === b || canonicalJson(a) === canonicalJson(b);
}

function areLists(...values: readonly (JsonValue | undefined)[]): boolean {
  return values.every((value) => value === undefined || isJsonList(value));
}

function areObjects(...values: readonly (JsonValue | undefined)[]): boolean {
  return values.every((value) => value === undefined || isJsonObject(value));
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function ownValue(value: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function namesOf(a: JsonObject, b: JsonObject): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort(compareText);
}
