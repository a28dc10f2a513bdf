import type { CommandDefinition } from "../../command/command.ts";

/** `tieline compare <environment> <other> [connection…]` */
export const compareCommand: CommandDefinition = {
  name: "compare",
  place: 130,
  summary:
    "How two environments differ in what they ask for. Leaves out what is meant to differ; needs no network and no key.",
  examples: [
    ["compare staging prod", "every connection"],
    ["compare staging prod gmail-support", "one connection"],
    ["compare staging prod --all", "what is meant to differ too"],
    ["compare staging prod --detailed-exitcode", "exit 2 when they differ"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to start from",
      isRequired: true,
    },
    {
      name: "other",
      description: "environment to compare it with",
      isRequired: true,
    },
    {
      name: "connection",
      description: "connections to compare (default: all)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    { flags: "--all", description: "show what is meant to differ too" },
    {
      flags: "--detailed-exitcode",
      description: "exit 2 when they differ in something nobody declared",
    },
  ],
  run: () => import("./run.ts"),
};
