import type { FieldSemantics } from "../../domain/field/field.ts";
import type { JsonValue } from "../../domain/json.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { normalizeValue } from "./normalize.ts";

/**
 * Whether two values of a field mean the same to the API: sets without order and duplicates,
 * addresses by their canonical text, lists and maps as a whole, and every way to say "nothing
 * there" alike. An equivalence: reflexive, symmetric and transitive.
 */
export function isEqualValue(
  semantics: FieldSemantics,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): boolean {
  if (a === b) return true;
  const left = normalizeValue(semantics, a);
  const right = normalizeValue(semantics, b);
  if (left === undefined || right === undefined) return left === right;
  return canonicalJson(left) === canonicalJson(right);
}
