import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";

/** A text member; unset reads as `""`, as everywhere on the wire. */
export function textOf(message: JsonObject, name: string): string {
  const value = message[name];
  return typeof value === "string" ? value : "";
}

/** A message member; unset reads as the empty message. */
export function objectOf(message: JsonObject, name: string): JsonObject {
  const value = message[name];
  return isJsonObject(value) ? value : {};
}

/** A repeated member; unset reads as the empty list. */
export function itemsOf(
  message: JsonObject,
  name: string,
): readonly JsonValue[] {
  const value = message[name];
  // The guard of the platform says any[]; what it finds is still JSON.
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

/** A number member; unset reads as 0. */
export function numberOf(message: JsonObject, name: string): number {
  const value = message[name];
  return typeof value === "number" ? value : 0;
}

/** The message without some of its members. */
export function withoutMembers(
  message: JsonObject,
  names: readonly string[],
): JsonObject {
  return Object.fromEntries(
    Object.entries(message).filter(([name]) => !names.includes(name)),
  );
}

/** The target with the patch over it; `null` removes. @remarks Source: RFC 7396. */
export function mergePatch(
  target: JsonValue | undefined,
  patch: JsonValue,
): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

/** A proto name as JSON spells it by default. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_match, letter: string) =>
    letter.toUpperCase(),
  );
}
