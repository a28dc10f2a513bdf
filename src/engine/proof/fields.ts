import type { FieldValues } from "../../domain/connection.ts";
import type {
  PlanChange,
  PlanFieldChange,
} from "../../domain/generated/plan.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type { JsonValue } from "../../domain/json.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { parseSecretRef } from "../../domain/secret/secret.ts";
import { classify, isPlanClass, type Slot } from "../diff/classify.ts";
import { compareText } from "../../util/compare-text.ts";
import { isEqualValue } from "../diff/equal.ts";
import {
  AUTH_TYPE_POINTER,
  isCompared,
  isKnownField,
  PROVIDER_POINTER,
  ruleFor,
} from "../diff/field-rules.ts";
import { diffLocal, recordedValue } from "../diff/local-fields.ts";
import { comparableLast, orderedValue } from "../diff/normalize.ts";
import { unless, unlessEqual, type Contradiction } from "./contradiction.ts";

/**
 * A change with what our own inventory remembers of its connection: what its differences were
 * computed from, besides live.
 */
export interface RememberedChange {
  readonly change: PlanChange;
  /** Where it is in the plan. */
  readonly at: Pointer;
  /** `null` where the connection was not ours before. */
  readonly entry: InventoryEntry | null;
}

/**
 * Whether the differences a change shows are those between what it would leave, what the inventory
 * remembers and what it says was live; and whether it leaves nothing that it does not show. The
 * live values themselves are checked just before the write.
 */
export function fieldContradictions(
  remembered: RememberedChange,
): Contradiction[] {
  const { change, at } = remembered;
  const last: FieldValues =
    remembered.entry === null ? {} : comparableLast(remembered.entry);
  const sent = change.fields.filter(({ effect }) => effect !== "local");
  const listed = new Map(sent.map((field) => [field.path, field]));
  return [
    ...unless(
      isSortedOnce(change.fields.map(({ path }) => path)),
      `${at}/fields`,
      "does not list each field once, in order",
    ),
    ...change.fields.flatMap((field, index) =>
      field.effect === "local"
        ? []
        : listedContradictions(field, {
            at: `${at}/fields/${String(index)}`,
            last: slotIn(last, field.path),
            desired: desiredSlot(change, field.path),
          }),
    ),
    ...localContradictions(remembered, (path) => listed.has(path)),
    ...Object.entries(change.desired?.fields ?? {}).flatMap(([path, value]) => [
      ...valueContradictions(path, value, at),
      ...(listed.has(path)
        ? []
        : hiddenContradictions(remembered, path, slotIn(last, path))),
    ]),
    ...kindContradictions(change, at),
  ];
}

/**
 * What is never sent: each difference from what was recorded and no other, and no secret in the
 * place of a reference.
 */
function localContradictions(
  { change, at, entry }: RememberedChange,
  isShown: (path: Pointer) => boolean,
): Contradiction[] {
  const { desired, fields } = change;
  if (desired === null) return [];
  const shown = fields
    .filter(({ effect }) => effect === "local")
    .map((field) => ({ ...field, location: undefined }));
  return [
    ...unlessEqual(
      `${at}/fields`,
      shown,
      diffLocal(entry, desired, isShown),
      "does not show what differs from the last apply and is never sent",
    ),
    ...Object.entries(desired.local ?? {}).flatMap(([path, value]) => {
      const pointer = `${at}/desired/local${pointerOf([path])}`;
      const { isSecret } = ruleFor(path);
      const isReference =
        typeof value === "string" && parseSecretRef(value) !== undefined;
      return [
        ...unless(
          isKnownField(path),
          pointer,
          "is no field that a document sets",
        ),
        ...unless(
          !isSecret || isReference,
          pointer,
          "is no reference to a secret",
        ),
        ...unlessEqual(pointer, value, recordedValue(path, value)),
      ];
    }),
  ];
}

function desiredSlot(
  { desired, provider, auth_type }: PlanChange,
  path: Pointer,
): Slot {
  if (desired === null) return undefined;
  if (path === PROVIDER_POINTER) return provider;
  if (path === AUTH_TYPE_POINTER) return auth_type;
  return slotIn(desired.fields, path);
}

/** Own members only: a path may be any text. */
function slotIn(fields: FieldValues, path: Pointer): Slot {
  return Object.hasOwn(fields, path) ? fields[path] : undefined;
}

function listedContradictions(
  field: PlanFieldChange,
  known: { readonly at: Pointer; readonly last: Slot; readonly desired: Slot },
): Contradiction[] {
  const { path, before, effect } = field;
  const { at, last, desired } = known;
  const rule = ruleFor(path);
  const shown = (value: Slot): JsonValue | undefined =>
    value === undefined ? undefined : orderedValue(rule.semantics, value);
  const made = classify(
    { last, desired, live: rule.isRecorded ? last : before },
    (a, b) => isEqualValue(rule.semantics, a, b),
  );
  const isWritten = made === "edit" || made === "drift" || made === "conflict";
  return [
    ...unless(
      isCompared(path),
      `${at}/path`,
      "names a field that no plan shows",
    ),
    ...unlessEqual(`${at}/semantics`, field.semantics, rule.semantics),
    ...unlessEqual(
      `${at}/after`,
      field.after,
      shown(desired),
      "is not what the change would leave",
    ),
    ...unlessEqual(
      `${at}/last_applied`,
      field.last_applied,
      shown(last),
      "is not what the inventory remembers",
    ),
    ...unlessEqual(`${at}/before`, before, shown(before)),
    ...unlessEqual(`${at}/class`, field.class, made),
    ...unlessEqual(
      `${at}/effect`,
      effect,
      isWritten && !rule.isRecorded ? "write" : "record",
    ),
  ];
}

/**
 * A field that would be left and is not shown as a difference: it may only be what the last apply
 * left.
 */
function hiddenContradictions(
  { change, at, entry }: RememberedChange,
  path: Pointer,
  last: Slot,
): Contradiction[] {
  const { semantics, isRecorded } = ruleFor(path);
  const desired = desiredSlot(change, path);
  const isEqual = (a: Slot, b: Slot): boolean => isEqualValue(semantics, a, b);
  const isNew = change.action === "create" && !isRecorded;
  const live = isRecorded ? last : isNew ? undefined : desired;
  return unless(
    !isPlanClass(classify({ last, desired, live }, isEqual)),
    `${at}/desired/fields${pointerOf([path])}`,
    entry === null
      ? "would be written and is not among the differences"
      : "differs from what the last apply left and is not among the differences",
  );
}

function valueContradictions(
  path: Pointer,
  value: JsonValue,
  at: Pointer,
): Contradiction[] {
  const pointer = `${at}/desired/fields${pointerOf([path])}`;
  return [
    ...unless(
      isKnownField(path) && isCompared(path),
      pointer,
      "is not a field that a document sets",
    ),
    ...unlessEqual(
      pointer,
      value,
      orderedValue(ruleFor(path).semantics, value),
    ),
  ];
}

/** Provider and auth type stand beside the fields too. */
function kindContradictions(change: PlanChange, at: Pointer): Contradiction[] {
  const { desired } = change;
  if (desired === null) return [];
  return [PROVIDER_POINTER, AUTH_TYPE_POINTER].flatMap((path) =>
    Object.hasOwn(desired.fields, path)
      ? unlessEqual(
          `${at}/desired/fields${pointerOf([path])}`,
          desired.fields[path],
          desiredSlot(change, path),
        )
      : [],
  );
}

/** True for texts in ascending order without repetition. */
export function isSortedOnce(texts: readonly string[]): boolean {
  return texts.every(
    (text, index) =>
      index === 0 || compareText(texts[index - 1] ?? "", text) < 0,
  );
}
