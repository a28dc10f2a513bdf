import type { CommandDefinition } from "../../command/command.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** `tieline consent <environment>` */
export const consentCommand: CommandDefinition = {
  name: "consent",
  place: 150,
  summary:
    "Show how many accounts may still hold the grant of before a scope or client changed. Reads lists only, and names nobody.",
  examples: [
    ["consent prod", "who has not consented again yet"],
    ["consent prod --detailed-exitcode", "exit 2 while someone lags"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
  ],
  options: [
    {
      flags: "--detailed-exitcode",
      description: "exit 2 while someone lags or nobody knows",
    },
    TARGET_OPTION,
  ],
  run: () => import("./run.ts"),
};
