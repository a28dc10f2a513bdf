import { isJsonObject, type JsonValue } from "../domain/json.ts";

/**
 * The result of an RFC 7386 merge patch: objects are merged, `null` removes a member, everything else replaces. Nothing is mutated.
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
