import { describe, expect, it } from "vitest";
import { isEqualValue } from "../../../src/engine/diff/equal.ts";
import { orderedValue } from "../../../src/engine/diff/normalize.ts";

describe("an object with members of the schema", () => {
  it("is nothing when all its members are", () => {
    for (const value of [
      {},
      { scopes: [] },
      { scopes: [], field_name: "" },
      { field_name: "" },
      { attempts: 0, on: false, inner: { text: "" } },
    ])
      expect(isEqualValue("object", value, undefined)).toBe(true);
  });

  it("is the same with and without an empty member, and with its lists in any order", () => {
    expect(
      isEqualValue(
        "object",
        { scopes: ["b", "a", "a"], field_name: "" },
        { scopes: ["a", "b"] },
      ),
    ).toBe(true);
    expect(
      isEqualValue("object", { scopes: ["a"] }, { scopes: ["a", "b"] }),
    ).toBe(false);
  });

  it("is shown with its lists in one order and its empty members", () => {
    expect(
      JSON.stringify(orderedValue("object", { scopes: ["b", "a"], aud: "" })),
    ).toBe('{"aud":"","scopes":["a","b"]}');
  });
});

describe("a map of the user's own members", () => {
  it("keeps an empty one", () => {
    expect(isEqualValue("map", { x: "" }, {})).toBe(false);
    expect(isEqualValue("map", { x: "" }, { x: "" })).toBe(true);
  });
});
