import { countText } from "../util/count.ts";
import { parseAddress } from "../domain/address.ts";
import type { ValueShape } from "../domain/field/field.ts";
import { knownField } from "../domain/field/fields.ts";
import type { JsonValue } from "../domain/json.ts";
import { partDifferences, type PartDifference } from "../domain/field/parts.ts";
import type { Pointer } from "../domain/field/pointer.ts";
import { plainText, safe, type SafeText } from "./escape.ts";
import { MAX_VALUE_LENGTH, valueText } from "./value-text.ts";

/**
 * Characters of a differing stretch shown before it is cut; no text that leads anywhere may be
 * longer.
 */
const MAX_DIFFERENCE = 2100;

/** The same of a text for people: that it differs is what matters. */
const MAX_PROSE = 240;

/** Equal characters left on both sides of a differing stretch. */
const CONTEXT = 16;

/**
 * Parts shown of one field besides those that say where credentials go, before the rest is only
 * counted.
 */
const MAX_PARTS = 40;

/** Both sides of a difference as text. */
export interface TextPair {
  readonly before: SafeText;
  readonly after: SafeText;
}

/**
 * Two values, each on one line. What is cut when they are long is what both say alike; where an
 * address leads is always whole, and two different values never read the same.
 */
export function valuePair(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  shape?: ValueShape,
): TextPair {
  const most = shape?.text === "prose" ? MAX_PROSE : MAX_DIFFERENCE;
  const left = charactersOf(before);
  const right = charactersOf(after);
  const isShort =
    left.length <= MAX_VALUE_LENGTH && right.length <= MAX_VALUE_LENGTH;
  if (isShort || before === undefined || after === undefined)
    return { before: valueText(before, most), after: valueText(after, most) };
  const start = commonStart(left, right);
  const end = commonEnd(left, right, start);
  return {
    before: stretchText(left, { start, end, most, head: originLength(before) }),
    after: stretchText(right, { start, end, most, head: originLength(after) }),
  };
}

/**
 * A value that stands alone, so that all of it is the difference; only far beyond what schemas
 * allow is it cut, and its length told.
 */
export function wholeText(value: JsonValue | undefined): SafeText {
  return valueText(value, MAX_DIFFERENCE);
}

function charactersOf(value: JsonValue | undefined): readonly string[] {
  return value === undefined
    ? []
    : Array.from(plainText(JSON.stringify(value)));
}

function commonStart(
  left: readonly string[],
  right: readonly string[],
): number {
  const most = Math.min(left.length, right.length);
  let length = 0;
  while (length < most && left[length] === right[length]) length += 1;
  return length;
}

function commonEnd(
  left: readonly string[],
  right: readonly string[],
  start: number,
): number {
  const most = Math.min(left.length, right.length) - start;
  let length = 0;
  while (length < most && left.at(-1 - length) === right.at(-1 - length))
    length += 1;
  return length;
}

/** Characters of the quote, scheme and host at the start of an address. */
function originLength(value: JsonValue): number {
  if (typeof value !== "string" || parseAddress(value) === undefined) return 0;
  const [origin = ""] = /^[^/]*\/\/[^/\\?#]*/u.exec(value) ?? [];
  return charactersOf(origin).length - 1;
}

function stretchText(
  text: readonly string[],
  at: {
    readonly start: number;
    readonly end: number;
    readonly head: number;
    readonly most: number;
  },
): SafeText {
  const from = Math.max(0, at.start - CONTEXT);
  const to = Math.min(text.length, text.length - at.end + CONTEXT);
  const cutFrom = from <= at.head + CONTEXT ? 0 : from;
  const last = Math.min(to, cutFrom + at.most);
  const lead = cutFrom === 0 ? "" : `${text.slice(0, at.head).join("")}…`;
  const body = text.slice(cutFrom, last).join("");
  const rest = to - last;
  if (rest > 0)
    return safe`${lead}${body}… (${countText(rest)} more characters differ)`;
  return safe`${lead}${body}${last < text.length ? "…" : ""}`;
}

/** One part of a field as it is shown: its name inside the field. */
export interface ShownPart extends Omit<PartDifference, "pointer"> {
  readonly name: string;
}

/** The parts of a field that differ, where they do not all fit on one line. */
export interface ShownParts {
  readonly parts: readonly ShownPart[];
  /** Those left out, none of which says where credentials go. */
  readonly hiddenCount: number;
}

/**
 * What two values of a field say differently, member by member; `undefined` where both fit on a
 * line as they are.
 * @param showsAll - Leave none out.
 */
export function shownParts(
  path: Pointer,
  [before, after]: readonly [JsonValue | undefined, JsonValue | undefined],
  { showsAll }: { readonly showsAll: boolean },
): ShownParts | undefined {
  const sides = [before, after];
  const isNested = sides.some((side) => typeof side === "object" && side);
  const isShort = sides.every(
    (side) => charactersOf(side).length <= MAX_VALUE_LENGTH,
  );
  if (!isNested || isShort) return undefined;
  const field = { pointer: path, shape: knownField(path)?.shape };
  const parts = partDifferences(field, before ?? undefined, after ?? undefined);
  const room = showsAll ? parts.length : MAX_PARTS;
  let others = 0;
  const shown = parts.filter(({ shape }) => {
    if (isDestination(shape)) return true;
    others += 1;
    return others <= room;
  });
  return {
    parts: shown.map((part) => ({
      ...part,
      name: part.pointer.slice(path.length + 1),
    })),
    hiddenCount: parts.length - shown.length,
  };
}

/** A part the schema does not know may be anything. */
function isDestination(shape: ValueShape | undefined): boolean {
  return (
    shape === undefined ||
    shape.isDestination === true ||
    shape.mayBeAddress === true
  );
}
