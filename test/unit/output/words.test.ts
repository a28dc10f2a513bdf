import { countOf, countText } from "../../../src/util/count.ts";
import { describe, expect, it } from "vitest";
import {
  commandText,
  nameList,
  shortDigest,
} from "../../../src/output/words.ts";

describe("words", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1234567, "1,234,567"],
  ])("sets the thousands of %d apart", (count, text) => {
    expect(countText(count)).toBe(text);
  });

  it("counts one and many", () => {
    expect(countOf(1, "error")).toBe("1 error");
    expect(countOf(2, "error")).toBe("2 errors");
    expect(countOf(2, "entry", "entries")).toBe("2 entries");
  });

  it("names five and counts the rest", () => {
    expect(nameList(["a", "b"]).toString()).toBe("a, b");
    expect(nameList(["a", "b", "c", "d", "e", "f", "g"]).toString()).toBe(
      "a, b, c, d, e and 2 more",
    );
  });

  it("shortens a long digest and leaves anything else", () => {
    expect(shortDigest(`sha256:${"a".repeat(64)}`)).toBe(
      "sha256:aaaaaaaaaaaa…",
    );
    expect(shortDigest("sha256:short")).toBe("sha256:short");
    expect(shortDigest("none")).toBe("none");
  });

  it("puts only plain names into a command", () => {
    expect(commandText("apply", "prod-eu.1")).toBe("tieline apply prod-eu.1");
    expect(commandText("apply", "x; rm -rf .")).toBe(
      "tieline apply <environment>",
    );
    expect(commandText("apply", "--force")).toBe("tieline apply <environment>");
  });
});
