import { quoted } from "../../../documents/read/safe-text.ts";
import { startOf } from "../../../documents/read/stack.ts";
import type { LintRule } from "../rule.ts";
import { authoredIn } from "../world.ts";

/** Who answers when it breaks. */
export const missingOwnerRule: LintRule = {
  code: "LNT002",
  name: "missing-owner",
  level: "warning",
  summary: "A connection names the team that answers for it.",
  why: "when a provider revokes a client or a scope must go, somebody has to decide",
  fix: "add owner: with the name of a team",
  check: (world) =>
    [...authoredIn(world)]
      .filter(({ raw }) => isBlank(raw["owner"]))
      .map(({ key, stack }) => ({
        at: startOf(stack),
        message: `the connection ${quoted(key)} has no owner`,
      })),
};

function isBlank(value: unknown): boolean {
  return (
    value === undefined || (typeof value === "string" && value.trim() === "")
  );
}
