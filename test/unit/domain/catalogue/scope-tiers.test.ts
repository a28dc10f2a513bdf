import { describe, expect, it } from "vitest";
import { allowsClass, SCOPE_CLASSES } from "../../../../src/domain/catalogue/scope-tiers.ts";

describe("allowsClass", () => {
  it.each([
    ["read-only", ["read-only"]],
    ["read-write", ["read-only", "read-write"]],
    ["admin", ["read-only", "read-write", "admin"]],
    ["sensitive", ["sensitive"]],
    ["unclassified", ["unclassified"]],
  ] as const)("%s allows %j", (limit, allowed) => {
    expect(SCOPE_CLASSES.filter((each) => allowsClass(limit, each))).toEqual(
      allowed,
    );
  });
});
