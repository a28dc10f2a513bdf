/** A JSON scalar. */
export type JsonPrimitive = string | number | boolean | null;
/**
 * Any JSON value. Integers beyond 2^53 do not occur in our documents (the schema bounds every
 * number).
 */
export type JsonValue = JsonPrimitive | readonly JsonValue[] | JsonObject;
/**
 * A JSON object. Absence of a key, `null` and a value are three different things throughout
 * tieline.
 */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** True for a plain JSON object: not `null`, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list. The guard of the language says any[]; what it finds in JSON is still JSON. */
export function isJsonList(
  value: JsonValue | undefined,
): value is readonly JsonValue[] {
  return Array.isArray(value);
}
