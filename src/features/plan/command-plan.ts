import type { CommandDefinition } from "../../command/command.ts";
import {
  APPROVAL_OPTIONS,
  PLAN_FILE_OPTIONS,
  TARGET_OPTION,
  SECRET_OPTIONS,
} from "../../command/plan-options.ts";

/** `tieline plan <environment>` */
export const planCommand: CommandDefinition = {
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
    ["plan prod --detailed-exitcode", "exit 2 when there are changes"],
    ["plan prod --ref v1.4", "what going to the documents of a tag would do"],
    [
      "plan prod --approve PLN104:gmail-support --reason 'new client'",
      "let one guard pass for one connection",
    ],
  ],
  args: [
    {
      name: "environment",
      description: "environment to plan",
      isRequired: true,
    },
  ],
  options: [
    ...PLAN_FILE_OPTIONS,
    {
      flags: "--detailed-exitcode",
      description: "exit 2 when there are changes",
    },
    {
      flags: "--ref <commit>",
      description:
        "plan from the documents of a commit, tag or branch, without a checkout",
    },
    ...APPROVAL_OPTIONS,
    ...SECRET_OPTIONS,
    TARGET_OPTION,
  ],
  run: () => import("./run-plan.ts"),
};
