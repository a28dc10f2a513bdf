import type { JsonValue } from "../domain/json.ts";
import { isJsonObject } from "../domain/json.ts";

/** Scopes named by the value of a field that grants scopes: the texts of a list, or of the lists in a map. */
export function scopesIn(value: JsonValue | undefined): readonly string[] {
  if (Array.isArray(value))
    return value.filter((item) => typeof item === "string");
  if (isJsonObject(value))
    return Object.values(value).filter(Array.isArray).flatMap(scopesIn);
  return [];
}

/** Scopes of `a` that are not in `b`, each once, sorted. */
export function scopesOnlyIn(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): readonly string[] {
  const others = new Set(scopesIn(b));
  return [...new Set(scopesIn(a))].filter((scope) => !others.has(scope)).sort();
}
