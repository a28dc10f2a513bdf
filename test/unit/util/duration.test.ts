import { describe, expect, it } from "vitest";
import { durationMs } from "../../../src/util/duration.ts";

describe("a duration", () => {
  it.each([
    ["0s", 0],
    ["30s", 30_000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["3d", 259_200_000],
    ["999999h", 999_999 * 3_600_000],
  ])("reads %j", (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each([
    "",
    "5",
    "m",
    "-5m",
    "+5m",
    "05m",
    "1.5h",
    "1e3s",
    "1000000s",
    "5M",
    "5w",
    "5m ",
    " 5m",
    "5m\n",
    "5m5s",
    "٥m",
    "1toString",
  ])("is not %j", (text) => {
    expect(durationMs(text)).toBeUndefined();
  });
});
