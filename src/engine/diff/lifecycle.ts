import type { DesiredConnection } from "../../domain/connection.ts";
import { getAt, type Pointer } from "../../domain/field/pointer.ts";

/** Names a connection had before, from `lifecycle.previous_ids`. */
export function previousKeysOf(desired: DesiredConnection): readonly string[] {
  return textsAt(desired, "/lifecycle/previous_ids");
}

/** Fields whose live value is left alone once the connection exists, from `lifecycle.ignore`. */
export function ignoredPointersOf(
  desired: DesiredConnection,
): readonly Pointer[] {
  return textsAt(desired, "/lifecycle/ignore");
}

/** True for a field that is one of these or lies below one of them. */
export function isUnder(pointer: Pointer, roots: readonly Pointer[]): boolean {
  return roots.some((at) => pointer === at || pointer.startsWith(`${at}/`));
}

function textsAt(
  desired: DesiredConnection,
  pointer: Pointer,
): readonly string[] {
  const value = getAt(desired.document, pointer);
  if (!Array.isArray(value)) return [];
  return value.filter((item) => typeof item === "string");
}
