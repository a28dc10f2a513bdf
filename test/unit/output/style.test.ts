import { expect, it } from "vitest";
import { paint } from "../../../src/output/style.ts";

it("paints what it escaped", () => {
  const style = { color: true, width: 80 };
  expect(paint(style, "red", "a\u001b").toString()).toBe(
    "\u001b[31ma\\u{1b}\u001b[0m",
  );
});

it("adds nothing without colour", () => {
  const style = { color: false, width: 80 };
  expect(paint(style, "red", "a\u001b").toString()).toBe("a\\u{1b}");
});
