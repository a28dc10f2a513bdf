import { countText } from "../util/count.ts";
import type { JsonValue } from "../domain/json.ts";
import { plainText, safe, type SafeText } from "./escape.ts";

/** Characters shown of one value before it is cut. */
export const MAX_VALUE_LENGTH = 120;

/**
 * A value as JSON on one line, cut at so many characters with its whole length told; `absent` where
 * there is none.
 */
export function valueText(
  value: JsonValue | undefined,
  most: number = MAX_VALUE_LENGTH,
): SafeText {
  if (value === undefined) return safe`absent`;
  const characters = Array.from(plainText(JSON.stringify(value)));
  if (characters.length <= most) return safe`${characters.join("")}`;
  const head = characters.slice(0, most).join("");
  const whole = typeof value === "string" ? Array.from(value) : characters;
  return safe`${head}… (${countText(whole.length)} characters)`;
}

/** Members of a set that came and went, each in its given order. */
export interface SetDifference {
  readonly added: readonly JsonValue[];
  readonly removed: readonly JsonValue[];
}

/**
 * What changed between two sets, an absent one counting as empty; `undefined` where one of them is
 * no list.
 */
export function setDifference(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): SetDifference | undefined {
  const left = membersOf(before);
  const right = membersOf(after);
  if (left === undefined || right === undefined) return undefined;
  return { added: without(right, left), removed: without(left, right) };
}

function membersOf(
  value: JsonValue | undefined,
): readonly JsonValue[] | undefined {
  if (value === undefined) return [];
  // `Array.isArray` does not narrow a readonly array; every element of a JSON array is a JSON
  // value.
  return Array.isArray(value) ? (value as readonly JsonValue[]) : undefined;
}

function without(
  members: readonly JsonValue[],
  others: readonly JsonValue[],
): JsonValue[] {
  const known = new Set(others.map((other) => JSON.stringify(other)));
  return members.filter((member) => !known.has(JSON.stringify(member)));
}
