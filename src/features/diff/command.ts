import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { PLAN_OUTPUT } from "../../command/plan-options.ts";
import { flag, list, optional, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    from: optional("commit, tag or branch to start from (default: HEAD)"),
    to: optional("commit, tag or branch to end at (default: the working tree)"),
  },
  options: {
    environment: list("name", "environment to look at (default: all)", {
      short: "e",
    }),
    detailedExitcode: flag("exit 2 when something differs"),
    ...PLAN_OUTPUT,
  },
};

/** What it was given. */
export type DiffInput = InputOf<typeof INPUT>;

/** `tieline diff [from] [to]` */
export const diffCommand: CommandDefinition = defineCommand({
  name: "diff",
  place: 95,
  summary:
    "What the difference between two commits means: the plan from one to the other. Needs no network, no key and no state.",
  examples: [
    ["diff", "what is not committed yet"],
    ["diff main", "this working tree against a branch"],
    ["diff origin/main HEAD", "what a pull request means"],
    ["diff v1.4 v1.5 --environment prod", "one environment"],
    [
      "diff origin/main HEAD --output gitlab",
      "the counts of all environments for a merge request",
    ],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
