import { FIELD_RULES } from "../../domain/generated/fields.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { segmentsOf, type Pointer } from "../../domain/field/pointer.ts";

// Split once: these are asked for in every connection.
const SPLIT: ReadonlyMap<Pointer, readonly string[]> = new Map(
  FIELD_RULES.map(({ pointer }) => [pointer, segmentsOf(pointer)]),
);

/** Segments of a pointer; those of fields are not split again. */
export function splitPointer(pointer: Pointer): readonly string[] {
  return SPLIT.get(pointer) ?? segmentsOf(pointer);
}

/** The value of a field, or `undefined`. Looks into mappings only: no field lies inside a list. */
export function fieldAt(
  root: JsonObject,
  pointer: Pointer,
): JsonValue | undefined {
  let at: JsonValue | undefined = root;
  for (const segment of splitPointer(pointer)) {
    if (!isJsonObject(at) || !Object.hasOwn(at, segment)) return undefined;
    at = at[segment];
  }
  return at;
}
