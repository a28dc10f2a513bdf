/**
 * RFC 6901 JSON pointers, the way every part of tieline names a field: `/credentials/client_id`.
 * @remarks Source: RFC 6901 sections 3 and 4.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** A JSON pointer in string form; `""` is the whole document. */
export type Pointer = string;

/** Builds a pointer from unescaped segments. */
export function pointerOf(segments: readonly (string | number)[]): Pointer {
  return segments
    .map((s) => `/${String(s).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** Splits a pointer into unescaped segments; `""` gives none. */
export function segmentsOf(pointer: Pointer): string[] {
  if (pointer === "") return [];
  const segments = pointer.slice(1).split("/");
  return pointer.includes("~")
    ? segments.map((s) => s.replaceAll("~1", "/").replaceAll("~0", "~"))
    : segments;
}

/**
 * The value at a pointer, or `undefined` where the path leads nowhere. Own properties only:
 * `__proto__` finds nothing.
 */
export function getAt(
  root: JsonValue,
  pointer: Pointer,
): JsonValue | undefined {
  let at: JsonValue | undefined = root;
  for (const segment of segmentsOf(pointer)) {
    if (Array.isArray(at)) at = (at as readonly JsonValue[])[Number(segment)];
    else if (isJsonObject(at) && Object.hasOwn(at, segment)) at = at[segment];
    else return undefined;
  }
  return at;
}

/**
 * A new tree with the value set at a pointer, objects made on the way; nothing is mutated. Lists
 * are replaced whole, never indexed.
 */
export function setAt(
  root: JsonObject,
  pointer: Pointer,
  value: JsonValue,
): JsonObject {
  const [head, ...rest] = segmentsOf(pointer);
  if (head === undefined) return isJsonObject(value) ? value : root;
  const child = Object.hasOwn(root, head) ? root[head] : undefined;
  const next =
    rest.length === 0
      ? value
      : setAt(isJsonObject(child) ? child : {}, pointerOf(rest), value);
  return { ...root, [head]: next };
}

/**
 * A new tree without what is at a pointer, and without the objects that are empty for it; nothing
 * is mutated. Lists are left alone.
 */
export function withoutAt(root: JsonObject, pointer: Pointer): JsonObject {
  const [head, ...rest] = segmentsOf(pointer);
  if (head === undefined || !Object.hasOwn(root, head)) return root;
  const { [head]: child, ...others } = root;
  if (rest.length === 0) return others;
  if (child === undefined || !isJsonObject(child)) return root;
  const next = withoutAt(child, pointerOf(rest));
  if (next === child) return root;
  return Object.keys(next).length === 0 ? others : { ...root, [head]: next };
}
