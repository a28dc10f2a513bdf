import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../../src/util/nearest.ts";

describe("nearest", () => {
  it.each([
    ["clent_id", ["client_id", "client_secret"], "client_id"],
    ["timoeut", ["timeout", "retry"], "timeout"],
    ["TIMEOUT", ["timeout"], "timeout"],
    ["prd", ["prod", "dev"], "prod"],
    ["xyz", ["prod", "dev"], undefined],
    ["ab", ["cd"], undefined],
    ["anything", [], undefined],
  ])("finds for %s among %j: %s", (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  it("does not depend on the order of equally near candidates", () => {
    expect(nearest("bat", ["cat", "bar"])).toBe("bar");
    expect(nearest("bat", ["bar", "cat"])).toBe("bar");
  });

  it("counts a swap of neighbours as one edit", () => {
    expect(editDistance("ab", "ba", 2)).toBe(1);
    expect(editDistance("kitten", "sitting", 3)).toBe(3);
    expect(editDistance("kitten", "sitting", 2)).toBe(Infinity);
    expect(editDistance("", "abc", 3)).toBe(3);
  });
});
