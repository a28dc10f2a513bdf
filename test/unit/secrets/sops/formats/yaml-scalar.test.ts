import { describe, expect, it } from "vitest";
import { goText } from "../../../../../src/secrets/sops/core/go-text.ts";
import {
  normalizeLastModified,
  normalizeTimestamp,
} from "../../../../../src/secrets/sops/core/go-time.ts";
import {
  resolvePlainScalar,
  resolveTaggedScalar,
} from "../../../../../src/secrets/sops/formats/yaml-scalar.ts";

describe("plain scalars", () => {
  it.each([
    ["", "null", ""],
    ["~", "null", ""],
    ["NULL", "null", ""],
    ["nUll", "str", "nUll"],
    ["true", "bool", "True"],
    ["FALSE", "bool", "False"],
    ["yes", "str", "yes"],
    ["on", "str", "on"],
    ["y", "str", "y"],
    ["017", "int", "15"],
    ["0o17", "int", "15"],
    ["-0x1F", "int", "-31"],
    ["0B11", "int", "3"],
    ["1_000", "int", "1000"],
    ["+5", "int", "5"],
    ["08", "float", "8"],
    ["9223372036854775807", "int", "9223372036854775807"],
    ["18446744073709551615", "int", "18446744073709551615"],
    ["18446744073709551616", "float", "18446744073709552000"],
    ["-9223372036854775809", "float", "-9223372036854776000"],
    ["1.0", "float", "1"],
    ["1e3", "float", "1000"],
    ["1e400", "str", "1e400"],
    [".5", "float", "0.5"],
    [".", "str", "."],
    [".inf", "float", "+Inf"],
    ["-.INF", "float", "-Inf"],
    [".nan", "float", "NaN"],
    ["+.nan", "str", "+.nan"],
    ["1:30", "str", "1:30"],
    ["1.2.3", "str", "1.2.3"],
    ["-", "str", "-"],
    ["2001-12-14", "time", "2001-12-14T00:00:00Z"],
    ["2001-12-14t21:59:43.10-05:00", "time", "2001-12-14T21:59:43.1-05:00"],
    ["2001-12-14 21:59:43", "time", "2001-12-14T21:59:43Z"],
    ["2001-02-30", "str", "2001-02-30"],
    ["2015-01-01T12:00:00", "str", "2015-01-01T12:00:00"],
    ["plain text", "str", "plain text"],
  ])("%j is %s", (text, kind, go) => {
    const scalar = resolvePlainScalar(text);
    expect([scalar.kind, goText(scalar)]).toEqual([kind, go]);
  });
});

describe("tagged scalars", () => {
  it.each([
    ["tag:yaml.org,2002:str", "5", "str", "5"],
    ["tag:yaml.org,2002:float", "5", "float", "5"],
    ["tag:yaml.org,2002:int", "5", "int", "5"],
    ["tag:yaml.org,2002:bool", "true", "bool", "True"],
    [
      "tag:yaml.org,2002:timestamp",
      "2001-12-14",
      "time",
      "2001-12-14T00:00:00Z",
    ],
    ["tag:yaml.org,2002:binary", "aGVs\n bG8=", "str", "hello"],
    ["!own", "5", "str", "5"],
  ])("%s %j is %s", (tag, text, kind, go) => {
    const scalar = resolveTaggedScalar(tag, text);
    expect(scalar && [scalar.kind, goText(scalar)]).toEqual([kind, go]);
  });

  it("keeps binary data that is not UTF-8 as bytes", () => {
    expect(
      resolveTaggedScalar("tag:yaml.org,2002:binary", "/w=="),
    ).toMatchObject({
      bytes: Uint8Array.of(0xff),
    });
  });

  it.each([
    ["int", "abc"],
    ["bool", "yes"],
    ["binary", "a?"],
  ])("a text that does not fit the tag %s is refused", (name, text) => {
    expect(
      resolveTaggedScalar(`tag:yaml.org,2002:${name}`, text),
    ).toBeUndefined();
  });
});

describe("times", () => {
  it.each([
    ["2020-01-02T03:04:05+00:00", "2020-01-02T03:04:05Z"],
    ["2020-01-02T03:04:05.123Z", "2020-01-02T03:04:05Z"],
    ["2020-01-02T03:04:05+02:00", "2020-01-02T03:04:05+02:00"],
    ["2020-1-2T03:04:05Z", undefined],
    ["2020-13-02T03:04:05Z", undefined],
    ["2020-01-02T24:04:05Z", undefined],
    ["2020-01-02T03:04:05+99:00", undefined],
    ["2020-01-02", undefined],
  ])("lastmodified %s becomes %s", (text, normal) => {
    expect(normalizeLastModified(text)).toBe(normal);
  });

  it("a zone after a blank makes a time text", () => {
    expect(normalizeTimestamp("2001-12-14 21:59:43Z")).toBeUndefined();
  });

  it("keeps nine digits of a fraction", () => {
    expect(normalizeTimestamp("2024-02-29T01:02:03.1234567899Z")).toBe(
      "2024-02-29T01:02:03.123456789Z",
    );
  });
});
