import type { CommandDefinition } from "../../command/command.ts";
import {
  APPROVAL_OPTIONS,
  SECRET_OPTIONS,
  TARGET_OPTION,
  YES_OPTION,
} from "../../command/plan-options.ts";

/** `tieline apply <environment | plan file>` */
export const applyCommand: CommandDefinition = {
  name: "apply",
  place: 110,
  summary:
    "Make the platform agree: apply a plan file, or plan now and apply after confirmation.",
  examples: [
    ["apply dev", "plan, ask, apply"],
    ["apply dev --yes", "plan and apply without asking (guards still hold)"],
    ["apply plan.json", "apply exactly the plan that was reviewed"],
    ["apply prod --resume", "finish a run that was cut off"],
  ],
  args: [
    {
      name: "what",
      description: "environment, or plan file (a name that ends in .json)",
      isRequired: true,
    },
  ],
  options: [
    YES_OPTION,
    ...APPROVAL_OPTIONS,
    ...SECRET_OPTIONS,
    {
      flags: "--expect <digest>",
      description:
        "refuse unless the plan has this digest or intent_digest, as a reviewed plan showed it",
    },
    {
      flags: "--environment <name>",
      description: "refuse a plan file of another environment",
    },
    {
      flags: "--resume",
      description:
        "finish what a cut-off run left; does not ask again for what was approved",
    },
    {
      flags: "--on-error <what>",
      description: "after a change that fails: go on (default) or stop",
      choices: ["continue", "stop"],
    },
    {
      flags: "--json-events",
      description: "follow the run as JSON lines on stdout",
    },
    TARGET_OPTION,
  ],
  run: () => import("./run.ts"),
};
