import type { CommandDefinition } from "../../command/command.ts";

/** `tieline drift <environment>` */
export const driftCommand: CommandDefinition = {
  name: "drift",
  place: 120,
  summary:
    "Compare the platform with what was last applied: what someone changed there, field by field. Needs no key.",
  examples: [
    ["drift prod", "what moved on the platform"],
    ["drift prod --detailed-exitcode", "exit 2 when something did"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
  ],
  options: [
    { flags: "--detailed-exitcode", description: "exit 2 when there is drift" },
    {
      flags: "--target <origin>",
      description: "use another API than the environment names",
    },
  ],
  run: () => import("./run.ts"),
};
