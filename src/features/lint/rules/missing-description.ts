import { quoted } from "../../../documents/read/safe-text.ts";
import { startOf } from "../../../documents/read/stack.ts";
import type { LintRule } from "../rule.ts";
import { authoredIn } from "../world.ts";

/** What it is for. */
export const missingDescriptionRule: LintRule = {
  code: "LNT003",
  name: "missing-description",
  level: "warning",
  summary: "A connection says what it is for.",
  why: "reviewers judge scopes by the purpose, and nobody dares to remove what nobody can explain",
  fix: "add description: with one sentence, such as: Sends replies for the support agent",
  check: (world) =>
    [...authoredIn(world)]
      .filter(
        ({ raw: { description } }) =>
          description === undefined ||
          (typeof description === "string" && description.trim() === ""),
      )
      .map(({ key, stack }) => ({
        at: startOf(stack),
        message: `the connection ${quoted(key)} has no description`,
      })),
};
