import type { CommandDefinition } from "../../command/command.ts";
import {
  APPROVAL_OPTIONS,
  PLAN_FILE_OPTIONS,
  TARGET_OPTION,
  YES_OPTION,
} from "../../command/plan-options.ts";

/** `tieline adopt <environment> [connection…]` */
export const adoptCommand: CommandDefinition = {
  name: "adopt",
  place: 170,
  summary:
    "Take live connections that documents declare into ownership, and bring them to what is declared.",
  examples: [
    ["adopt prod", "everything declared that exists and is not owned yet"],
    ["adopt prod gmail-support", "one connection"],
    [
      "adopt prod gmail-support --out plan.json",
      "plan it for review, apply it later",
    ],
  ],
  args: [
    {
      name: "environment",
      description: "environment to plan",
      isRequired: true,
    },
    {
      name: "connection",
      description: "connections to adopt (default: all that can be)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    ...PLAN_FILE_OPTIONS,
    YES_OPTION,
    ...APPROVAL_OPTIONS,
    TARGET_OPTION,
  ],
  run: () => import("./run-adopt.ts"),
};
