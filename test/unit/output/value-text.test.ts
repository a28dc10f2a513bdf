import { describe, expect, it } from "vitest";
import {
  MAX_VALUE_LENGTH,
  setDifference,
  valueText,
} from "../../../src/output/value-text.ts";

describe("valueText", () => {
  it.each([
    [undefined, "absent"],
    [null, "null"],
    ["a b", '"a b"'],
    [30, "30"],
    [{ a: [true] }, '{"a":[true]}'],
  ])("shows %j on one line", (value, text) => {
    expect(valueText(value).toString()).toBe(text);
  });

  it("cuts a long text and tells how long it is", () => {
    const text = valueText("x".repeat(5000)).toString();
    expect(text).toBe(
      `"${"x".repeat(MAX_VALUE_LENGTH - 1)}… (5,000 characters)`,
    );
  });

  it("cuts a long list by the length of its JSON", () => {
    expect(valueText(Array(100).fill("xy")).toString()).toMatch(
      /… \(501 characters\)$/u,
    );
  });

  it("never cuts a character in two", () => {
    expect(valueText("🚀".repeat(200)).toString()).toMatch(/🚀… \(200 /u);
  });
});

describe("setDifference", () => {
  it("tells what came and went, whatever the order", () => {
    expect(setDifference(["a", "b"], ["c", "b"])).toEqual({
      added: ["c"],
      removed: ["a"],
    });
  });

  it("counts an absent set as empty", () => {
    expect(setDifference(undefined, ["a"])).toEqual({
      added: ["a"],
      removed: [],
    });
  });

  it("is not told for what is no list", () => {
    expect(setDifference(null, ["a"])).toBeUndefined();
    expect(setDifference(["a"], "a")).toBeUndefined();
  });
});
