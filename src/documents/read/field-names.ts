import { FIELD_RULES } from "../../domain/generated/fields.ts";
import {
  pointerOf,
  segmentsOf,
  type Pointer,
} from "../../domain/field/pointer.ts";
import { nearest } from "../../util/nearest.ts";

const POINTERS: readonly Pointer[] = FIELD_RULES.map(({ pointer }) => pointer);
const GROUPS: readonly Pointer[] = [
  ...new Set(
    POINTERS.map((pointer) => pointerOf(segmentsOf(pointer).slice(0, -1))),
  ),
].filter((pointer) => pointer !== "");

/** The pointer of a field as people write it: `settings.timeout` or `/settings/timeout`. */
export function fieldPointerOf(name: string): Pointer {
  return name.startsWith("/") ? name : pointerOf(name.split("."));
}

/** A field as people say it: `settings.timeout`. */
export function fieldNameOf(pointer: Pointer): string {
  return segmentsOf(pointer).join(".");
}

/**
 * The fields that a pointer stands for: the field itself, those of a group, or the one it lies
 * inside; none where there is no such field.
 */
export function fieldsAt(pointer: Pointer): readonly Pointer[] {
  return POINTERS.filter(
    (field) => isWithin(field, pointer) || isWithin(pointer, field),
  );
}

/** Whether a pointer names a field, a group of fields or a part of a field. */
export function isFieldOrPart(pointer: Pointer): boolean {
  return fieldsAt(pointer).length > 0;
}

/** Whether one pointer is the other or lies inside it. */
export function isWithin(pointer: Pointer, outer: Pointer): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`);
}

/**
 * The field somebody who wrote this may have meant, as people say it; the last name alone is
 * enough.
 */
export function nearestField(name: string): string | undefined {
  const wanted = fieldNameOf(fieldPointerOf(name));
  const names = [...POINTERS, ...GROUPS].map(fieldNameOf);
  const last = names.find((one) => one.endsWith(`.${wanted}`));
  return (
    last ??
    nearest(wanted, names) ??
    names.find((one) => nearest(wanted, [one.slice(one.indexOf(".") + 1)]))
  );
}
