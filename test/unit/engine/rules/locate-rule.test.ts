import { describe, expect, it } from "vitest";
import type { DeclaredRules } from "../../../../src/domain/environment.ts";
import type { JsonObject } from "../../../../src/domain/json.ts";
import { diffRules } from "../../../../src/engine/rules/diff-rules.ts";
import { locateRule } from "../../../../src/engine/rules/locate-rule.ts";
import { recordRules } from "../../../../src/engine/rules/record-rules.ts";

const NO_MORE = {
  openers: new Map<string, never>(),
  localConnections: new Map<string, never>(),
};

/** Which pointer of the later document the one rule that differs is said to stand at. */
function pointersOf(before: JsonObject, after: JsonObject): string[] {
  const declared = (document: JsonObject): DeclaredRules => ({
    document,
    placeOf: (pointer) => ({
      file: pointer === "" ? "/" : pointer,
      line: 1,
      column: 1,
    }),
  });
  return diffRules(
    recordRules(declared(before), NO_MORE),
    recordRules(declared(after), NO_MORE),
  ).map((found) => locateRule(found, declared(after))?.file ?? "");
}

const RULE = { name: "owner", when: "true", message: "no" };

describe("where a rule that differs stands", () => {
  it("is the rule itself where it is written", () => {
    expect(
      pointersOf(
        { limits: { max_deletes: 2 } },
        { limits: { max_deletes: 20 } },
      ),
    ).toEqual(["/limits/max_deletes"]);
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    [
      "a limit",
      { limits: { max_deletes: 2, max_changes: 5 } },
      { limits: { max_changes: 5 } },
      "/limits",
    ],
    ["a policy", { policies: [RULE] }, { policies: [] }, "/policies"],
    ["everything", { limits: { max_deletes: 2 } }, {}, "/"],
  ])("is what it stood in where %s is gone", (_of, before, after, pointer) => {
    expect(pointersOf(before, after)).toEqual([pointer]);
  });
});
