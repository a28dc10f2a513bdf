import type { CommandDefinition } from "../../command/command.ts";

/** `tieline status <environment>` */
export const statusCommand: CommandDefinition = {
  name: "status",
  place: 190,
  summary:
    "Show what tieline owns in an environment, the last runs, and whether one was cut off.",
  examples: [
    ["status dev", "connections, runs, unfinished work"],
    ["status prod --json", "for machines"],
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
      flags: "--target <origin>",
      description: "use another API than the environment names",
    },
  ],
  run: () => import("./run.ts"),
};
