import { describe, expect, it } from "vitest";
import {
  formatGoFloat,
  macBytes,
  parseGoBool,
  parseGoFloat,
  parseGoInt,
  scalarFromBytes,
} from "../../../../../src/secrets/sops/core/go-text.ts";

describe("formatGoFloat", () => {
  it.each([
    [1, "1"],
    [-1.5, "-1.5"],
    [0, "0"],
    [-0, "-0"],
    [1e21, "1000000000000000000000"],
    [3.14e-10, "0.000000000314"],
    [123456.789, "123456.789"],
    [0.1, "0.1"],
    [1e-7, "0.0000001"],
    [5e-324, `0.${"0".repeat(323)}5`],
    [2 ** 53 + 2, "9007199254740994"],
    [Infinity, "+Inf"],
    [-Infinity, "-Inf"],
    [NaN, "NaN"],
  ])("writes %d as Go does", (value, text) => {
    expect(formatGoFloat(value)).toBe(text);
  });
});

describe("reading decrypted text", () => {
  it.each([
    ["9223372036854775807", 9223372036854775807n],
    ["-9223372036854775808", -9223372036854775808n],
    ["9223372036854775808", undefined],
    ["+5", 5n],
    ["1_0", undefined],
    ["", undefined],
    ["0x1", undefined],
  ])("takes %s for an integer as Go does", (text, value) => {
    expect(parseGoInt(text)).toBe(value);
  });

  it.each([
    ["1.5", 1.5],
    ["1e400", undefined],
    ["+Inf", Infinity],
    ["-inf", -Infinity],
    ["NaN", NaN],
    ["-nan", undefined],
    ["1.", 1],
    ["abc", undefined],
    ["", undefined],
  ])("takes %s for a float as Go does", (text, value) => {
    expect(parseGoFloat(text)).toBe(value);
  });

  it("takes the spellings of a boolean that Go takes, and no others", () => {
    expect(["1", "t", "T", "true", "TRUE", "True"].map(parseGoBool)).toEqual(
      Array(6).fill(true),
    );
    expect(["0", "f", "F", "false", "FALSE", "False"].map(parseGoBool)).toEqual(
      Array(6).fill(false),
    );
    expect(["yes", "on", "tRUE", ""].map(parseGoBool)).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each([
    ["int", "5", { kind: "int", value: 5n }],
    ["float", "0.5", { kind: "float", value: 0.5 }],
    ["bool", "True", { kind: "bool", value: true }],
    [
      "time",
      "2020-01-02T03:04:05.100Z",
      { kind: "time", text: "2020-01-02T03:04:05.1Z" },
    ],
    ["int", "five", undefined],
    ["bool", "yes", undefined],
    ["float", "x", undefined],
    ["time", "yesterday", undefined],
    ["comment", "text", undefined],
  ])("reads type %s of %s", (label, text, scalar) => {
    expect(scalarFromBytes(label, Buffer.from(text))).toEqual(scalar);
  });

  it("keeps bytes that are not UTF-8 and hashes those, not their text", () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x41]);
    const scalar = scalarFromBytes("str", bytes);
    expect(scalar && Buffer.from(macBytes(scalar)).equals(bytes)).toBe(true);
  });
});
