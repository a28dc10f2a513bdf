import { describe, expect, it } from "vitest";
import { freeName } from "../../../../src/features/add/questions.ts";

describe("the name that is offered", () => {
  it("is the usual one, or the first with a number that no file has", () => {
    expect(freeName("slack", new Set())).toBe("slack");
    expect(freeName("slack", new Set(["slack"]))).toBe("slack-2");
    expect(freeName("slack", new Set(["slack", "slack-2"]))).toBe("slack-3");
  });
});
