import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, required, text, type InputOf } from "../../command/input.ts";
import {
  APPROVAL_OPTIONS,
  EXIT_STYLE_OPTION,
  PLAN_FILE_OPTIONS,
  PLAN_OUTPUT,
  TARGET_OPTION,
  SECRET_OPTIONS,
  SNAPSHOT_OPTIONS,
} from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to plan") },
  options: {
    ...PLAN_FILE_OPTIONS,
    detailedExitcode: flag("exit 2 when there are changes"),
    ...EXIT_STYLE_OPTION,
    ref: text(
      "commit",
      "plan from the documents of a commit, tag or branch, without a checkout",
    ),
    ...APPROVAL_OPTIONS,
    ...SECRET_OPTIONS,
    ...SNAPSHOT_OPTIONS,
    ...TARGET_OPTION,
    ...PLAN_OUTPUT,
  },
};

/** What it was given. */
export type PlanInput = InputOf<typeof INPUT>;

/** `tieline plan <environment>` */
export const planCommand: CommandDefinition = defineCommand({
  name: "plan",
  place: 90,
  summary:
    "Show what an apply would do, and what it means. Writes nothing to the API; works without any key.",
  examples: [
    ["plan dev", "what would change in dev"],
    [
      "plan prod --out plan.json",
      "keep the plan, to review and apply exactly it",
    ],
    [
      "plan prod --out plan.json --sign-key-file plan-signing.pem",
      "a plan that apply can prove came from you",
    ],
    ["plan prod --output markdown", "the plan as a comment for a pull request"],
    [
      "plan prod --snapshot prod.json",
      "the same plan in a job without credentials, as of a snapshot",
    ],
    ["plan prod --detailed-exitcode", "exit 2 when there are changes"],
    ["plan prod --ref v1.4", "what going to the documents of a tag would do"],
    [
      "plan prod --approve PLN104:gmail-support --reason 'new client'",
      "let one guard pass for one connection",
    ],
  ],
  ...INPUT,
  load: () => import("./run-plan.ts"),
});
