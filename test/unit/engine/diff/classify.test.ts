import { describe, expect, it } from "vitest";
import {
  classify,
  isPlanClass,
  type FieldClass,
  type Slot,
} from "../../../../src/engine/diff/classify.ts";
import { isEqualValue } from "../../../../src/engine/diff/equal.ts";

const equal = (a: Slot, b: Slot): boolean => isEqualValue("scalar", a, b);
const absent = undefined;

/**
 * last applied, desired, live → who moved. Every combination of absent, null and value, then every
 * way values can differ.
 */
const TABLE: readonly (readonly [Slot, Slot, Slot, FieldClass])[] = [
  [absent, absent, absent, "same"],
  [absent, absent, null, "same"],
  [absent, absent, "a", "default"],
  [absent, null, absent, "settled"],
  [absent, null, null, "settled"],
  [absent, null, "a", "edit"],
  [absent, "a", absent, "edit"],
  [absent, "a", null, "edit"],
  [absent, "a", "a", "settled"],
  [null, absent, absent, "unmanaged"],
  [null, absent, null, "unmanaged"],
  [null, absent, "a", "unmanaged"],
  [null, null, absent, "same"],
  [null, null, null, "same"],
  [null, null, "a", "drift"],
  [null, "a", absent, "edit"],
  [null, "a", null, "edit"],
  [null, "a", "a", "settled"],
  ["a", absent, absent, "unmanaged"],
  ["a", absent, null, "unmanaged"],
  ["a", absent, "a", "unmanaged"],
  ["a", null, absent, "settled"],
  ["a", null, null, "settled"],
  ["a", null, "a", "edit"],
  ["a", "a", absent, "drift"],
  ["a", "a", null, "drift"],
  ["a", "a", "a", "same"],
  [absent, "a", "b", "edit"],
  [null, "a", "b", "conflict"],
  ["a", null, "b", "conflict"],
  ["a", "b", absent, "conflict"],
  ["a", "b", null, "conflict"],
  ["a", "a", "b", "drift"],
  ["a", "b", "a", "edit"],
  ["b", "a", "a", "settled"],
  ["a", "b", "c", "conflict"],
  ["a", absent, "b", "unmanaged"],
];

describe("classify", () => {
  it.each(TABLE)(
    "last %j, desired %j, live %j is %s",
    (last, desired, live, expected) => {
      expect(classify({ last, desired, live }, equal)).toBe(expected);
    },
  );

  it("has a row for each of the 27 combinations of absent, null and value", () => {
    const kind = (slot: Slot): string =>
      slot === undefined ? "absent" : slot === null ? "null" : "value";
    const kinds = new Set(
      TABLE.map(([last, desired, live]) =>
        [last, desired, live].map(kind).join(),
      ),
    );
    expect(kinds.size).toBe(27);
  });

  it("keeps two classes out of plans", () => {
    expect(isPlanClass("same")).toBe(false);
    expect(isPlanClass("default")).toBe(false);
    expect(isPlanClass("settled")).toBe(true);
  });
});
