import type { FieldRule } from "./field.ts";
import { FIELD_RULES } from "../generated/fields.ts";
import type { Pointer } from "./pointer.ts";

const RULES: ReadonlyMap<Pointer, FieldRule> = new Map(
  FIELD_RULES.map((rule) => [rule.pointer, rule]),
);

/**
 * What the schema says about a field; `undefined` for one it does not have (another version does).
 */
export function knownField(pointer: Pointer): FieldRule | undefined {
  return RULES.get(pointer);
}
