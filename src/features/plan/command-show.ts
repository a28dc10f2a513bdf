import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { PLAN_OUTPUT } from "../../command/plan-options.ts";
import { required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { plan: required("plan file that tieline plan --out wrote") },
  options: { ...PLAN_OUTPUT },
};

/** What it was given. */
export type ShowInput = InputOf<typeof INPUT>;

/** `tieline show <plan file>` */
export const showCommand: CommandDefinition = defineCommand({
  name: "show",
  place: 100,
  summary: "Print a plan file, as it was shown when it was made.",
  examples: [
    ["show plan.json", "what the plan would do, and what it means"],
    ["show plan.json --output markdown", "as a comment for a pull request"],
    [
      "show plan.json --output html > plan.html",
      "as a page to search in and to keep",
    ],
    ["show plan.json --verbose", "every change, with its steps and places"],
  ],
  ...INPUT,
  load: () => import("./run-show.ts"),
});
