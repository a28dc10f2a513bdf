import type { DeclaredRules } from "../../domain/environment.ts";
import { getAt, pointerOf, segmentsOf } from "../../domain/field/pointer.ts";
import type { PlanLocation } from "../../domain/generated/plan.ts";
import { isJsonObject } from "../../domain/json.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { planLocation } from "../diff/field-diff.ts";
import type { RuleDifference } from "./diff-rules.ts";
import { itemName } from "./record-rules.ts";

/**
 * Where a rule that differs stands in the document of the environment; what it stood in where the
 * rule is gone.
 */
export function locateRule(
  found: RuleDifference,
  { document, placeOf }: DeclaredRules,
): PlanLocation | undefined {
  const { fact, name, member } = found;
  if (fact.form === "sets" || fact.name === "local_connections")
    return undefined;
  const at = segmentsOf(fact.pointer);
  const last = lastSegments(found, getAt(document, fact.pointer));
  const inside = member === undefined || last.length === 0 ? [] : [member];
  const isWritten = (path: readonly (string | number)[]): boolean =>
    getAt(document, pointerOf(path)) !== undefined;
  const ways = [
    [...at, ...last, ...inside],
    [...at, ...last],
    ...(name === undefined ? [] : [[...at, name]]),
    at,
    ...at.map((_, index) => at.slice(0, index)).reverse(),
  ];
  const place = ways.find(isWritten) ?? [];
  return planLocation(placeOf(pointerOf(place)));
}

/** Which item of a list it is. */
function lastSegments(
  { fact, name, after }: RuleDifference,
  written: unknown,
): readonly (string | number)[] {
  if (fact.form === "map") return name === undefined ? [] : [name];
  if (!Array.isArray(written)) return [];
  const index = written.findIndex((item: unknown) =>
    fact.form === "items"
      ? isJsonObject(item) && itemName(fact, item) === name
      : after !== undefined && canonicalJson(item) === canonicalJson(after),
  );
  return index < 0 ? [] : [index];
}
