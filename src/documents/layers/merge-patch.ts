import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";

/**
 * A mapping with another over it: mappings are merged, everything else replaces. Unlike in a merge
 * patch `null` is a value here, because in a shared document it means "must be empty". Nothing is
 * mutated.
 */
export function layOver(lower: JsonObject, upper: JsonObject): JsonObject {
  const members = new Map<string, JsonValue>(Object.entries(lower));
  for (const [name, value] of Object.entries(upper)) {
    const below = members.get(name);
    members.set(
      name,
      isJsonObject(value) && isJsonObject(below)
        ? layOver(below, value)
        : value,
    );
  }
  return Object.fromEntries(members);
}

/**
 * The result of an RFC 7386 merge patch: objects are merged, `null` removes a member, everything
 * else replaces. Nothing is mutated.
 * @remarks Source: RFC 7386 section 2.
 */
export function mergePatch(
  target: JsonValue | undefined,
  patch: JsonValue,
): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const members = new Map<string, JsonValue>(
    Object.entries(isJsonObject(target) ? target : {}),
  );
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else members.set(name, mergePatch(members.get(name), value));
  }
  return Object.fromEntries(members);
}
