import { isJsonObject } from "../../domain/json.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { FieldSpec } from "./field-spec.ts";
import type { FieldViolation } from "./status.ts";

/** The rules of its definition that a decoded value breaks. */
export function checkRules(
  field: string,
  spec: FieldSpec,
  value: JsonValue,
): readonly FieldViolation[] {
  const rule = brokenRule(spec, value);
  return rule === undefined
    ? []
    : [{ field, description: DESCRIPTIONS[rule], constraint: rule }];
}

const DESCRIPTIONS = {
  "string.min_len": "value is too short",
  "string.max_len": "value is too long",
  "string.pattern": "value does not match the required pattern",
  "string.prefix": "value does not have the required prefix",
  "uint32.lte": "value is too large",
  "repeated.min_items": "too few items",
  "repeated.max_items": "too many items",
  "map.max_pairs": "too many pairs",
  "map.keys": "a key is too short or too long",
  "map.values": "a value is too short or too long",
} as const;

type Rule = keyof typeof DESCRIPTIONS;

function brokenRule(spec: FieldSpec, value: JsonValue): Rule | undefined {
  if (typeof value === "string") return brokenTextRule(spec, value);
  if (typeof value === "number") {
    return value > (spec.max ?? Infinity) ? "uint32.lte" : undefined;
  }
  if (Array.isArray(value)) return brokenListRule(spec, value);
  return isJsonObject(value) && spec.type.kind === "map"
    ? brokenMapRule(spec, Object.entries(value))
    : undefined;
}

function brokenTextRule(spec: FieldSpec, text: string): Rule | undefined {
  const length = lengthOf(text);
  if (length < (spec.min ?? 0)) return "string.min_len";
  if (length > (spec.max ?? Infinity)) return "string.max_len";
  if (spec.pattern?.test(text) === false) return "string.pattern";
  const { prefix } = spec;
  return prefix !== undefined && !text.startsWith(prefix)
    ? "string.prefix"
    : undefined;
}

function brokenListRule(
  spec: FieldSpec,
  items: readonly JsonValue[],
): Rule | undefined {
  if (items.length < (spec.min ?? 0)) return "repeated.min_items";
  if (items.length > (spec.max ?? Infinity)) return "repeated.max_items";
  const texts = items.filter((item) => typeof item === "string");
  if (texts.some((text) => !hasLength(spec.valueLength, text))) {
    return "string.max_len";
  }
  return texts.some((text) => spec.pattern?.test(text) === false)
    ? "string.pattern"
    : undefined;
}

function brokenMapRule(
  spec: FieldSpec,
  pairs: readonly (readonly [string, JsonValue])[],
): Rule | undefined {
  if (pairs.length > (spec.max ?? Infinity)) return "map.max_pairs";
  if (pairs.some(([key]) => !hasLength(spec.keyLength, key))) return "map.keys";
  return pairs.some(
    ([, value]) =>
      typeof value !== "string" || !hasLength(spec.valueLength, value),
  )
    ? "map.values"
    : undefined;
}

function hasLength(
  bounds: readonly [number, number] | undefined,
  text: string,
): boolean {
  if (bounds === undefined) return true;
  const length = lengthOf(text);
  return length >= bounds[0] && length <= bounds[1];
}

/** Length in characters (code points), which is how the definitions count. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
