import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  isJsonList,
} from "../../domain/json.ts";
import {
  getAt,
  pointerOf,
  segmentsOf,
  type Pointer,
} from "../../domain/field/pointer.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { placeAt, type Place } from "../read/document.ts";
import { isWithin } from "../read/field-names.ts";
import { OWN_MEMBERS } from "./templates.ts";
import type { PatchWrite, Stack, StackLayer } from "../read/stack.ts";

/** What one layer says about a field. */
export interface LayerValue {
  readonly kind: "sets" | "removes" | "changes";
  /**
   * As it is written; absent where the layer takes the field away, changes a part of it, or moves
   * something there.
   */
  readonly value?: JsonValue;
  readonly place: Place;
}

/**
 * What each layer says about a field, from the highest down; a layer that says nothing about it is
 * left out.
 */
export function layerValues(
  { layers }: Stack,
  pointer: Pointer,
): readonly LayerValue[] {
  return layers
    .flatMap((layer, index) =>
      layer.writes === undefined
        ? [mergedValue(layer, pointer, isMergePatch(layers, index))]
        : layer.writes.map((write) => patchedValue(layer, write, pointer)),
    )
    .filter((value) => value !== undefined)
    .toReversed();
}

/**
 * Where an item of a list was written: looked for by what it is, because operations and other
 * layers move items.
 */
export function placeOfItem(
  { layers }: Stack,
  itemPointer: Pointer,
  item: JsonValue,
): Place | undefined {
  const list = pointerOf(segmentsOf(itemPointer).slice(0, -1));
  const wanted = canonicalJson(item);
  for (const layer of layers.toReversed()) {
    const place =
      layer.writes === undefined
        ? itemIn(layer, list, wanted)
        : patchedItem(layer, list, wanted);
    if (place !== undefined) return place;
  }
  return undefined;
}

/**
 * In an overlay over a shared document `null` takes a field away; in every other document it is a
 * value.
 */
function isMergePatch(layers: readonly StackLayer[], index: number): boolean {
  const isOverlay = layers[index]?.document.source.layer === "overlay";
  return (
    isOverlay &&
    layers
      .slice(0, index)
      .some(({ document }) => document.source.layer === "base")
  );
}

function mergedValue(
  { document }: StackLayer,
  pointer: Pointer,
  isPatch: boolean,
): LayerValue | undefined {
  const segments = segmentsOf(pointer);
  if (document.kind === "template" && OWN_MEMBERS.has(segments[0] ?? ""))
    return undefined;
  let at: JsonValue | undefined = document.value;
  for (const [index, segment] of segments.entries()) {
    if (!isJsonObject(at) || !Object.hasOwn(at, segment)) return undefined;
    at = at[segment];
    const here = pointerOf(segments.slice(0, index + 1));
    const place = placeAt(document, here, "value");
    if (place === undefined || at === undefined) return undefined;
    if (at === null && isPatch) return { kind: "removes", place };
    if (index === segments.length - 1)
      return { kind: "sets", value: at, place };
  }
  return undefined;
}

function patchedValue(
  layer: StackLayer,
  { pointer: written, place, at }: PatchWrite,
  pointer: Pointer,
): LayerValue | undefined {
  if (written !== pointer && isWithin(written, pointer))
    return { kind: "changes", place };
  if (!isWithin(pointer, written)) return undefined;
  const operation = operationAt(layer, at);
  if (operation["op"] === "remove") return { kind: "removes", place };
  const given = operation["value"];
  // A move or copy takes what stands elsewhere.
  if (given === undefined) return { kind: "sets", place };
  const value = getAt(given, pointer.slice(written.length));
  return value === undefined
    ? { kind: "removes", place }
    : { kind: "sets", value, place };
}

function operationAt(layer: StackLayer, at: Pointer): JsonObject {
  const operation = getAt(layer.document.value, at);
  return isJsonObject(operation) ? operation : {};
}

function itemIn(
  { document }: StackLayer,
  list: Pointer,
  wanted: string,
): Place | undefined {
  const index = indexIn(getAt(document.value, list), wanted);
  return index < 0
    ? undefined
    : placeAt(document, `${list}/${String(index)}`, "value");
}

function patchedItem(
  layer: StackLayer,
  list: Pointer,
  wanted: string,
): Place | undefined {
  for (const { pointer, at } of (layer.writes ?? []).toReversed()) {
    const given = operationAt(layer, at)["value"];
    if (given === undefined) continue;
    const items = isWithin(list, pointer)
      ? getAt(given, list.slice(pointer.length))
      : undefined;
    const index = indexIn(items, wanted);
    const found =
      index >= 0
        ? `${at}/value${list.slice(pointer.length)}/${String(index)}`
        : isWithin(pointer, list) &&
            pointer !== list &&
            canonicalJson(given) === wanted
          ? `${at}/value`
          : undefined;
    const place =
      found === undefined ? undefined : placeAt(layer.document, found, "value");
    if (place !== undefined) return place;
  }
  return undefined;
}

// A list is asked for each of its items; a list never changes, so remembering where they are is
// invisible except in time.
const POSITIONS = new WeakMap<
  readonly JsonValue[],
  ReadonlyMap<string, number>
>();

/**
 * Where the first item stands that is written like this as canonical JSON; -1 where there is none,
 * or no list.
 */
function indexIn(items: JsonValue | undefined, wanted: string): number {
  if (!isJsonList(items)) return -1;
  const known = POSITIONS.get(items) ?? positionsOf(items);
  POSITIONS.set(items, known);
  return known.get(wanted) ?? -1;
}

function positionsOf(items: readonly JsonValue[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const text = canonicalJson(item);
    if (!positions.has(text)) positions.set(text, index);
  }
  return positions;
}
