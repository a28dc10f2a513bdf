import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { getAt, setAt, type Pointer } from "../../domain/field/pointer.ts";

const SETS: readonly Pointer[] = FIELD_RULES.filter(
  (rule) => rule.semantics === "set",
).map((rule) => rule.pointer);

/**
 * A wanted document whose sets, such as scopes, are in the order people wrote them: what is there
 * already keeps its place, and what is new comes last. `known` are the documents to take the order
 * from, the one that counts most first.
 */
export function keepOrder(
  wanted: JsonObject,
  known: readonly JsonObject[],
): JsonObject {
  return SETS.reduce((document, pointer) => {
    const list = textsAt(document, pointer);
    if (list === undefined) return document;
    const lists = known
      .map((each) => textsAt(each, pointer))
      .filter((each) => each !== undefined);
    const same = lists.find((each) => isSameSet(each, list));
    return setAt(document, pointer, same ?? arranged(list, lists[0] ?? []));
  }, wanted);
}

function arranged(
  wanted: readonly string[],
  written: readonly string[],
): readonly string[] {
  const members = new Set(wanted);
  const kept = written.filter((item) => members.has(item));
  return [...new Set([...kept, ...wanted])];
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [new Set(a), new Set(b)];
  return left.size === right.size && a.every((item) => right.has(item));
}

function textsAt(
  document: JsonObject,
  pointer: Pointer,
): readonly string[] | undefined {
  const value = getAt(document, pointer);
  return isTexts(value) ? value : undefined;
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return (
    Array.isArray(value) && value.every((item) => typeof item === "string")
  );
}
