import { expect, it } from "vitest";
import { jsonText } from "../../../src/output/json.ts";

it("keeps the order given, indents, and ends in a line feed", () => {
  expect(jsonText({ b: 1, a: [true] })).toBe(
    '{\n  "b": 1,\n  "a": [\n    true\n  ]\n}\n',
  );
});

it("escapes what would act on a terminal and parses to the same value", () => {
  const value = { "\u202e": "\u009b\n\u007f\u{e0041}" };
  const text = jsonText(value);
  expect(text).toBe('{\n  "\\u202e": "\\u009b\\n\\u007f\\udb40\\udc41"\n}\n');
  expect(JSON.parse(text)).toEqual(value);
});
