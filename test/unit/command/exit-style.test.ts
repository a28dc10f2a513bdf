import { expect, it } from "vitest";
import { EXIT, exitCodeInStyle } from "../../../src/command/exit-codes.ts";

it.each([
  [EXIT.done, 0],
  [EXIT.changes, 1],
  [EXIT.failed, 2],
  [EXIT.invalid, 2],
  [EXIT.stale, 2],
  [EXIT.refused, 2],
  [EXIT.unauthorized, 2],
  [EXIT.usage, 2],
  [EXIT.interrupted, 130],
])("%i is %i for programs of the family of Flux", (code, theirs) => {
  expect(exitCodeInStyle(code, "flux")).toBe(theirs);
  expect(exitCodeInStyle(code, undefined)).toBe(code);
});
