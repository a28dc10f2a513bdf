import { describe, expect, it } from "vitest";
import type { FieldSemantics } from "../../../../src/domain/field/field.ts";
import type { JsonValue } from "../../../../src/domain/json.ts";
import { isEqualValue } from "../../../../src/engine/diff/equal.ts";

type Row = readonly [
  FieldSemantics,
  JsonValue | undefined,
  JsonValue | undefined,
  boolean,
];

const TABLE: readonly Row[] = [
  ["set", ["a", "b"], ["b", "a", "a"], true],
  ["set", ["a", "b"], ["a"], false],
  ["set", [], undefined, true],
  ["set", "a", ["a"], false],
  ["list", ["a", "b"], ["b", "a"], false],
  ["list", ["a"], ["a"], true],
  ["map", { a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }, true],
  ["map", { a: 1 }, { a: 2 }, false],
  ["map", null, {}, true],
  ["scalar", null, undefined, true],
  ["scalar", null, "", true],
  ["scalar", false, undefined, true],
  ["scalar", null, false, true],
  ["scalar", 0, undefined, true],
  ["scalar", true, undefined, false],
  ["scalar", "1", 1, false],
  ["scalar", "A", "a", false],
  ["url", "HTTPS://Example.com:443", "https://example.com/", true],
  ["url", "http://example.com:80/a", "http://example.com/a", true],
  ["url", "https://example.com:80/", "https://example.com/", false],
  ["url", "https://example.com/a", "https://example.com/a/", false],
  ["url", "https://example.com/A", "https://example.com/a", false],
  ["url", "https://example.com?x=1", "https://example.com/?x=1", true],
  ["url", "https://example.com/?x=1", "https://example.com/?x=2", false],
  ["url", "https://example.com/#a", "https://example.com/", false],
  ["url", "https://{{domain}}/api", "HTTPS://{{domain}}/api", true],
  ["url", "not an address", "not an address", true],
  ["url", "not an address", "other", false],
  ["url", "https://[::1]:8443/a", "https://[::1]:8443/a", true],
  ["url", "https://a:b:c/", "https://a:b:c/", true],
  ["url", "https://user@example.com/", "https://example.com/", false],
];

describe("isEqualValue", () => {
  it.each(TABLE)("%s: %j and %j → %s", (semantics, a, b, expected) => {
    expect(isEqualValue(semantics, a, b)).toBe(expected);
    expect(isEqualValue(semantics, b, a)).toBe(expected);
  });
});
