import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileStemOf } from "../../../../src/documents/read/file-stem.ts";

describe("the name of a connection's file", () => {
  it.each(["gmail-support", "Slack_2", "two words"])(
    "is the connection's own where a file can have it: %s",
    (key) => {
      expect(fileStemOf(key)).toBe(key);
    },
  );

  it.each(["a:b", "a/b", "..", "-x", "con", "COM1", "y".repeat(300), " a"])(
    "is marked where it cannot: %s",
    (key) => {
      expect(fileStemOf(key)).toMatch(
        /^[A-Za-z0-9_][A-Za-z0-9_ -]{0,160}-[0-9a-f]{8}$/u,
      );
    },
  );

  it("is never that of another connection", () => {
    const keys = ["a:b", "a b", "a-b", "a/b", "a_b", "con", "_con"];
    expect(new Set(keys.map(fileStemOf)).size).toBe(keys.length);
    const long = "y".repeat(299);
    expect(fileStemOf(`${long}a`)).not.toBe(fileStemOf(`${long}b`));
  });

  it("stays in its folder, whatever a name holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (key) => {
        expect(fileStemOf(key)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_ -]*$/u);
      }),
    );
  });
});
