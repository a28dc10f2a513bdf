import { describe, expect, it } from "vitest";
import { isPlainJson } from "../../../src/util/plain-json.ts";

describe("isPlainJson", () => {
  it("accepts what JSON.parse makes of ordinary text", () => {
    const text =
      '{"a": [1, -2.5e3, true, null, "\\ud83d\\ude00"], "__proto__": {}}';
    expect(isPlainJson(JSON.parse(text))).toBe(true);
  });

  it.each([
    ["a number without a value", '{"a": [1e999]}'],
    ["half a character in a value", '["\\ud800"]'],
    ["half a character in a name", '{"\\udc00": 1}'],
    ["121 levels", `${"[".repeat(121)}1${"]".repeat(121)}`],
    ["100,000 levels", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
  ])("refuses %s", (_name, text) => {
    expect(isPlainJson(JSON.parse(text))).toBe(false);
  });

  it("accepts 120 levels", () => {
    const text = `${"[".repeat(120)}1${"]".repeat(120)}`;
    expect(isPlainJson(JSON.parse(text))).toBe(true);
  });
});
