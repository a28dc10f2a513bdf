import type { CommandDefinition } from "../../command/command.ts";
import {
  APPROVAL_OPTIONS,
  PLAN_FILE_OPTIONS,
  TARGET_OPTION,
  YES_OPTION,
} from "../../command/plan-options.ts";

/** `tieline forget <environment> <connection…>` */
export const forgetCommand: CommandDefinition = {
  name: "forget",
  place: 180,
  summary:
    "Let go of connections: they leave the inventory and stay on the platform as they are.",
  examples: [
    ["forget prod gmail-old", "stop managing it without touching it"],
    [
      "forget prod gmail-old --out plan.json",
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
      description: "connections to let go of",
      isRequired: true,
      isVariadic: true,
    },
  ],
  options: [
    ...PLAN_FILE_OPTIONS,
    YES_OPTION,
    ...APPROVAL_OPTIONS,
    TARGET_OPTION,
  ],
  run: () => import("./run-forget.ts"),
};
