import type { PlanFieldClass } from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";

/**
 * A field's value in one of the three sources; `undefined` is "absent": not managed, never applied,
 * or not reported.
 */
export type Slot = JsonValue | undefined;

/**
 * {@link PlanFieldClass} and the two that never reach a plan: `default` the server filled
 * what nobody manages, `same` there is nothing to say.
 */
export type FieldClass = PlanFieldClass | "default" | "same";

/** Compares two slots of one field. */
export type SlotEqual = (a: Slot, b: Slot) => boolean;

/**
 * Says who moved, from last applied, desired and live. Total and pure; `equal` must be an
 * equivalence. Absent is told from null only where it decides who manages the field: a field with
 * no last applied value was never ours, a field with no desired one no longer is.
 */
export function classify(
  values: { readonly last: Slot; readonly desired: Slot; readonly live: Slot },
  equal: SlotEqual,
): FieldClass {
  const { last, desired, live } = values;
  if (desired === undefined) {
    if (last !== undefined) return "unmanaged";
    return equal(live, undefined) ? "same" : "default";
  }
  if (equal(desired, live))
    return last !== undefined && equal(last, desired) ? "same" : "settled";
  if (last === undefined || equal(last, live)) return "edit";
  return equal(last, desired) ? "drift" : "conflict";
}

/** True for the classes that say something: the others never reach a plan or a report. */
export function isPlanClass(found: FieldClass): found is PlanFieldClass {
  return found !== "same" && found !== "default";
}
