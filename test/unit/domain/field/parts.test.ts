import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ValueShape } from "../../../../src/domain/field/field.ts";
import type { JsonValue } from "../../../../src/domain/json.ts";
import {
  partDifferences,
  partsOf,
} from "../../../../src/domain/field/parts.ts";
import { getAt } from "../../../../src/domain/field/pointer.ts";
import { canonicalJson } from "../../../../src/util/canonical-json.ts";

const SHAPE: ValueShape = {
  members: {
    token_uri: { text: "address" },
    items: { itemKey: "name", items: { members: { name: {}, uri: {} } } },
    set: { isSet: true, items: {} },
  },
};

function differences(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): string[] {
  return partDifferences({ pointer: "/f", shape: SHAPE }, before, after).map(
    (part) =>
      `${part.pointer}: ${JSON.stringify(part.before)} -> ${JSON.stringify(part.after)}`,
  );
}

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;
/** Values of the members that the shape above names. */
const keyed = fc.record(
  {
    token_uri: json,
    items: fc.array(fc.record({ name: json, uri: json })),
    set: fc.array(json),
  },
  { requiredKeys: [] },
);

describe("partDifferences", () => {
  it.each<[string, JsonValue | undefined, JsonValue | undefined, string[]]>([
    ["equal values", { a: 1 }, { a: 1 }, []],
    ["a member", { a: 1, b: 2 }, { a: 1, b: 3 }, ["/f/b: 2 -> 3"]],
    ["a member more", {}, { a: false }, ["/f/a: undefined -> false"]],
    ["an empty container", {}, { a: [] }, ["/f/a: undefined -> []"]],
    [
      "an item before the others, told apart by name",
      { items: [{ name: "b", uri: "x" }] },
      { items: [{ name: "a" }, { name: "b", uri: "y" }] },
      ['/f/items/0/name: undefined -> "a"', '/f/items/1/uri: "x" -> "y"'],
    ],
    [
      "items of one name, by their place",
      { items: [{ name: "a" }, { name: "a" }] },
      { items: [{ name: "a" }, { name: "b" }] },
      ['/f/items/1/name: "a" -> "b"'],
    ],
    [
      "a set, whatever its order",
      { set: ["a", "b"] },
      { set: ["b", "c"] },
      ['/f/set/1: undefined -> "c"', '/f/set/0: "a" -> undefined'],
    ],
    [
      "only the order",
      { items: [{ name: "a" }, { name: "b" }] },
      { items: [{ name: "b" }, { name: "a" }] },
      ['/f/items: [{"name":"a"},{"name":"b"}] -> [{"name":"b"},{"name":"a"}]'],
    ],
    [
      "another kind of value",
      { a: { b: 1 } },
      { a: [1] },
      ['/f/a: {"b":1} -> [1]'],
    ],
    [
      "names every object has",
      { constructor: 1 },
      { toString: 2 },
      ["/f/constructor: 1 -> undefined", "/f/toString: undefined -> 2"],
    ],
  ])("%s", (_name, before, after, expected) => {
    expect(differences(before, after)).toEqual(expected);
  });

  it("is none exactly where both are equal, and points at what both sides hold", () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const found = partDifferences(
          { pointer: "", shape: SHAPE },
          before,
          after,
        );
        expect(found.length === 0).toBe(
          canonicalJson(before) === canonicalJson(after),
        );
        for (const part of found)
          if (part.after !== undefined)
            expect(getAt(after, part.pointer)).toEqual(part.after);
      }),
    );
  });

  it("gives every scalar of a value once", () => {
    fc.assert(
      fc.property(json, (value) => {
        const count = (one: JsonValue): number =>
          typeof one === "object" && one !== null && Object.keys(one).length > 0
            ? Object.values(one).reduce<number>(
                (sum, each: JsonValue) => sum + count(each),
                0,
              )
            : 1;
        expect(partsOf({ pointer: "", shape: undefined }, value)).toHaveLength(
          count(value),
        );
      }),
    );
  });

  it("ends for values deeper than any schema", () => {
    const deep = (end: number): JsonValue =>
      Array.from({ length: 500 }).reduce<JsonValue>((below) => [below], end);
    expect(
      partDifferences({ pointer: "/f", shape: undefined }, deep(1), deep(2)),
    ).toHaveLength(1);
  });
});

describe("partsOf", () => {
  it("finds what partDifferences finds beside nothing, in the same order", () => {
    fc.assert(
      fc.property(fc.oneof(json, keyed), (value) => {
        const field = { pointer: "/f", shape: SHAPE };
        expect(partsOf(field, value)).toEqual(
          partDifferences(field, undefined, value).map(
            ({ pointer, shape, after }) => ({ pointer, shape, value: after }),
          ),
        );
      }),
    );
  });
});
