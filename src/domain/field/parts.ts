import { canonicalJson } from "../../util/canonical-json.ts";
import { compareText } from "../../util/compare-text.ts";
import type { FieldRule, ValueShape } from "./field.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  isJsonList,
} from "../json.ts";
import { pointerOf, segmentsOf, type Pointer } from "./pointer.ts";

/** One part of a field's value: a scalar, or a container without members. */
export interface ValuePart {
  /** Pointer in the document. */
  readonly pointer: Pointer;
  readonly value: JsonValue;
  /** What the schema says about it; `undefined` where it knows no such part. */
  readonly shape: ValueShape | undefined;
}

/** One part that two values of a field say differently; a side without the part is absent. */
export interface PartDifference extends Pick<ValuePart, "pointer" | "shape"> {
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** A field as its parts are found: where it is and what it holds. */
export interface PartedField extends Pick<FieldRule, "pointer"> {
  /** `undefined` for a field the schema does not have. */
  readonly shape: ValueShape | undefined;
}

/**
 * Every part of a field's value, in the order of its members: what `partDifferences` says where the
 * other value is not there, found without comparing.
 */
export function partsOf(
  { pointer, shape }: PartedField,
  value: JsonValue,
): readonly ValuePart[] {
  const found: ValuePart[] = [];
  collect({ pointer, shape, value }, segmentsOf(pointer).length, found);
  return found;
}

function collect(part: ValuePart, depth: number, found: ValuePart[]): void {
  const { pointer, shape, value } = part;
  if (depth < MAX_DEPTH && isJsonList(value) && value.length > 0) {
    for (const [index, item] of value.entries())
      collect(
        {
          pointer: `${pointer}/${String(index)}`,
          shape: shape?.items,
          value: item,
        },
        depth + 1,
        found,
      );
    return;
  }
  const names =
    depth < MAX_DEPTH && isJsonObject(value) ? Object.keys(value) : [];
  if (!isJsonObject(value) || names.length === 0) {
    found.push(part);
    return;
  }
  for (const name of names.sort(compareText))
    collect(
      {
        pointer: pointer + pointerOf([name]),
        shape: memberShape(shape, name),
        value: value[name] ?? null,
      },
      depth + 1,
      found,
    );
}

/**
 * What two values of a field say differently, part by part. Items of a list are told apart by the
 * member the schema names, sets by what they hold, others by their place; where that shows no
 * difference between unequal values, as for another order, the containers themselves are the
 * difference. Two unequal values never give none.
 */
export function partDifferences(
  { pointer, shape }: PartedField,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly PartDifference[] {
  const found: PartDifference[] = [];
  compare({ path: segmentsOf(pointer), shape, before, after }, found);
  return found;
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly shape: ValueShape | undefined;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** Deeper than any value that a schema describes; what lies below is one part. */
const MAX_DEPTH = 32;

function compare(place: Place, found: PartDifference[]): void {
  const { before, after, path } = place;
  if (before === after) return;
  const isContainer = isKind(before, after) && path.length < MAX_DEPTH;
  if (!isContainer) {
    if (!isSame(before, after)) found.push(differenceAt(place));
    return;
  }
  const known = found.length;
  if (isJsonList(before) || isJsonList(after)) compareLists(place, found);
  else compareMembers(place, found);
  if (found.length === known && !isSame(before, after))
    found.push(differenceAt(place));
}

/**
 * Whether both are containers of one kind, or one is and the other is not there, and there is
 * something inside to tell of.
 */
function isKind(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): boolean {
  const sides = [before, after].filter((side) => side !== undefined);
  const isFull = sides.some(
    (side) =>
      typeof side === "object" && side !== null && Object.keys(side).length > 0,
  );
  return isFull && (sides.every(isJsonList) || sides.every(isJsonObject));
}

function compareMembers(place: Place, found: PartDifference[]): void {
  const before = isJsonObject(place.before) ? place.before : {};
  const after = isJsonObject(place.after) ? place.after : {};
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of [...names].sort(compareText))
    compare(
      {
        path: [...place.path, name],
        shape: memberShape(place.shape, name),
        before: ownMember(before, name),
        after: ownMember(after, name),
      },
      found,
    );
}

/** What the schema says about a member; `undefined` where it knows none of that name. */
export function memberShape(
  shape: ValueShape | undefined,
  name: string,
): ValueShape | undefined {
  if (shape?.members !== undefined && Object.hasOwn(shape.members, name))
    return shape.members[name];
  return shape?.others;
}

function ownMember(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function compareLists(place: Place, found: PartDifference[]): void {
  const { path, shape } = place;
  for (const { before, after, index } of pairsOf(place))
    compare(
      { path: [...path, index], shape: shape?.items, before, after },
      found,
    );
}

interface ItemPair {
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  /** Where the item stands now; where it stood, for one that is gone. */
  readonly index: number;
}

function pairsOf({ shape, ...place }: Place): readonly ItemPair[] {
  const before = isJsonList(place.before) ? place.before : [];
  const after = isJsonList(place.after) ? place.after : [];
  const names = nameItems(shape);
  const left = names === undefined ? undefined : positionsOf(before, names);
  const right = names === undefined ? undefined : positionsOf(after, names);
  if (left === undefined || right === undefined)
    return Array.from({ length: Math.max(before.length, after.length) }).map(
      (_, index) => ({ before: before[index], after: after[index], index }),
    );
  return [
    ...[...right].map(([name, index]) => ({
      before: before[left.get(name) ?? -1],
      after: after[index],
      index,
    })),
    ...[...left]
      .filter(([name]) => !right.has(name))
      .map(([, index]) => ({ before: before[index], after: undefined, index })),
  ];
}

/**
 * How items of a list are told apart, other than by their place; `undefined` for one that has no
 * such name.
 */
function nameItems(
  shape: ValueShape | undefined,
): ((item: JsonValue) => string | undefined) | undefined {
  const key = shape?.itemKey;
  if (key !== undefined)
    return (item) => {
      const name = isJsonObject(item) ? ownMember(item, key) : undefined;
      return typeof name === "string" ? name : undefined;
    };
  return shape?.isSet === true ? canonicalJson : undefined;
}

/** Where each named item stands; `undefined` where two have one name or one has none. */
function positionsOf(
  items: readonly JsonValue[],
  nameOf: (item: JsonValue) => string | undefined,
): ReadonlyMap<string, number> | undefined {
  const positions = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const name = nameOf(item);
    if (name === undefined || positions.has(name)) return undefined;
    positions.set(name, index);
  }
  return positions;
}

function differenceAt({ path, shape, before, after }: Place): PartDifference {
  return {
    pointer: pointerOf(path),
    shape,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function isSame(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): boolean {
  if (before === undefined || after === undefined) return before === after;
  return canonicalJson(before) === canonicalJson(after);
}
