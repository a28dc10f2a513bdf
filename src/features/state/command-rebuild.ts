import type { CommandDefinition } from "../../command/command.ts";
import { YES_OPTION } from "../../command/plan-options.ts";

/** `tieline state rebuild <environment>` */
export const stateRebuildCommand: CommandDefinition = {
  name: "rebuild",
  summary:
    "Make a lost inventory anew from live and the documents: takes in what is equal, writes nothing to the API.",
  examples: [
    ["state rebuild prod", "show what would be taken in, then ask"],
    ["state rebuild prod --yes", "without asking"],
  ],
  args: [
    {
      name: "environment",
      description: "environment whose state it is",
      isRequired: true,
    },
  ],
  options: [
    YES_OPTION,
    {
      flags: "--target <origin>",
      description: "use another API than the environment names",
    },
  ],
  run: () => import("./run-rebuild.ts"),
};
