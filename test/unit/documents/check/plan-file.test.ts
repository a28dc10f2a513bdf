import { describe, expect, it } from "vitest";
import { readPlanFile } from "../../../../src/documents/check/plan-file.ts";
import {
  aDesired,
  onlyChange,
  planOf,
} from "../../../support/engine-builders.ts";

describe("a plan file", () => {
  it.each([
    ["that is not JSON", '{"client_secret": canary', "not JSON"],
    ["that is no object", "[]", "not a plan"],
    [
      "of another kind",
      '{"kind": "receipt", "format_version": "1.0"}',
      "not a plan",
    ],
    [
      "of another major version",
      '{"kind": "plan", "format_version": "2.0"}',
      "format 1",
    ],
    ["that is deeper than any plan", "[".repeat(300), "deeper"],
    [
      "of more parts than any plan",
      `{"a": [${"{},".repeat(2_000_001)}{}]}`,
      "more parts",
    ],
    ["that names a member twice", '{"kind": 1, "k\\u0069nd": 1}', "twice"],
  ])("%s is refused", (_, text, words) => {
    const { plan, diagnostics } = readPlanFile(text, "plan.json");
    expect(plan).toBeUndefined();
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({
      code: "CFG030",
      location: { file: "plan.json" },
    });
    expect(diagnostics[0]?.message).toContain(words);
    expect(JSON.stringify(diagnostics)).not.toContain("canary");
  });

  it("that breaks the schema is refused at the place", () => {
    const { diagnostics } = readPlanFile(
      '{"kind": "plan",\n "format_version": "1.4",\n "environment": 3}',
      "plan.json",
    );
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        location: { file: "plan.json", line: 3, column: 17 },
      }),
    );
    expect(diagnostics[0]?.message).toContain("schema");
  });

  it("nested beyond reason is refused without harm", () => {
    const text = `{"kind": "plan", "format_version": "1.0", "x": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect(readPlanFile(text, "plan.json").plan).toBeUndefined();
  });

  it.each([
    ["1.4", {}, []],
    ["1.4", { later: true }, ["CFG030"]],
    // What an older or newer version wrote is not understood to the last member: plan again.
    ["1.0", {}, ["CFG030"]],
    ["1.1", {}, ["CFG030"]],
    ["1.2", {}, ["CFG030"]],
    ["1.3", {}, ["CFG030"]],
    ["1.20", {}, ["CFG030"]],
    ["01.2", {}, ["CFG030"]],
  ])(
    "of format %s with %j in a change: %j",
    (format_version, more, expected) => {
      const made = planOf({
        desired: [aDesired({ fields: { "/scopes": ["a"] } })],
      });
      const change = { ...onlyChange(made), ...more };
      const plan = { ...made, format_version, changes: [change] };
      const read = readPlanFile(JSON.stringify(plan), "plan.json");
      expect(read.diagnostics.map(({ code }) => code)).toEqual(expected);
    },
  );
});
