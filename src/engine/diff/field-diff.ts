import type { FieldValues } from "../../domain/connection.ts";
import type {
  PlanFieldChange,
  PlanFieldClass,
  PlanLocation,
} from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import {
  classify,
  isPlanClass,
  type FieldClass,
  type Slot,
} from "./classify.ts";
import { compareText } from "../../util/compare-text.ts";
import { isEqualValue } from "./equal.ts";
import { ruleFor } from "./field-rules.ts";
import { ignoredPointersOf, isUnder } from "./lifecycle.ts";
import {
  comparableDesired,
  comparableLast,
  comparableLive,
  orderedValue,
} from "./normalize.ts";
import type { DeclaredPair } from "./pair.ts";

const NO_FIELDS: FieldValues = {};

/**
 * How a connection comes about: a fresh one takes every field, a standing one leaves the ignored
 * ones alone.
 */
export type Standing = "fresh" | "standing";

/**
 * Whether a field takes part: not local by rule, and not ignored on a connection that stands
 * already.
 */
export function takesPart(
  pair: DeclaredPair,
  standing: Standing,
): (pointer: Pointer) => boolean {
  const ignored = standing === "fresh" ? [] : ignoredPointersOf(pair.desired);
  return (pointer) => !pair.local.has(pointer) && !isUnder(pointer, ignored);
}

/** One field seen in all three sources. */
interface FieldView {
  readonly path: Pointer;
  readonly last: Slot;
  readonly desired: Slot;
  readonly live: Slot;
}

/**
 * The differences of one connection, field by field, sorted by path. A field of class `edit`,
 * `drift` or `conflict` is to be written; one that is `settled`, `unmanaged` or kept by us only is
 * to be recorded; `default` and `same` are left out.
 */
export function diffFields(
  pair: DeclaredPair,
  standing: Standing,
): PlanFieldChange[] {
  return viewFields(pair, standing).flatMap((view) => {
    const isRecorded = ruleFor(view.path).isRecorded;
    const change = classifyView(view);
    if (!isPlanClass(change)) return [];
    const isWritten =
      change === "edit" || change === "drift" || change === "conflict";
    const effect = isWritten && !isRecorded ? "write" : "record";
    return [fieldChange(view, { pair, change, effect })];
  });
}

/** Whether a field that is fixed at creation is asked to be something else than it is. */
export function hasImmutableWrite(fields: readonly PlanFieldChange[]): boolean {
  return fields.some(
    (field) => field.effect === "write" && ruleFor(field.path).isImmutable,
  );
}

function viewFields(pair: DeclaredPair, standing: Standing): FieldView[] {
  const desired = comparableDesired(pair.desired);
  const last = pair.entry === null ? NO_FIELDS : comparableLast(pair.entry);
  const live = pair.live === null ? NO_FIELDS : comparableLive(pair.live);
  const isIncluded = takesPart(pair, standing);
  const paths = new Set([...Object.keys(desired), ...Object.keys(last)]);
  return [...paths]
    .filter(isIncluded)
    .sort(compareText)
    .map((path) => ({
      path,
      last: last[path],
      desired: desired[path],
      live: live[path],
    }));
}

/** Fields we keep ourselves have no live value: what we remember stands in for it. */
function classifyView(view: FieldView): FieldClass {
  const rule = ruleFor(view.path);
  const live = rule.isRecorded ? view.last : view.live;
  return classify({ ...view, live }, (a, b) =>
    isEqualValue(rule.semantics, a, b),
  );
}

function fieldChange(
  view: FieldView,
  context: {
    readonly pair: DeclaredPair;
    readonly change: PlanFieldClass;
    readonly effect: PlanFieldChange["effect"];
  },
): PlanFieldChange {
  const { path, last, desired, live } = view;
  const { semantics } = ruleFor(path);
  const show = (name: string, value: Slot): Record<string, JsonValue> =>
    value === undefined ? {} : { [name]: orderedValue(semantics, value) };
  const location = context.pair.desired.origins.get(path);
  return {
    path,
    class: context.change,
    effect: context.effect,
    semantics,
    ...show("before", live),
    ...show("after", desired),
    ...show("last_applied", last),
    ...(location === undefined ? {} : { location: planLocation(location) }),
  };
}

/** A source location as plans spell it. */
export function planLocation(location: SourceLocation): PlanLocation {
  const { file, line, column, layer, name } = location;
  return {
    file,
    line,
    column,
    ...(layer === undefined ? {} : { layer }),
    ...(name === undefined ? {} : { name }),
  };
}
