import type { CommandDefinition } from "../../command/command.ts";

/** `tieline ledger log <environment>` */
export const ledgerLogCommand: CommandDefinition = {
  name: "log",
  summary: "List the runs recorded for an environment, newest first.",
  examples: [
    ["ledger log prod", "who applied what, and when"],
    ["ledger log prod --limit 3 --json", "the last three, for machines"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
  ],
  options: [{ flags: "--limit <count>", description: "at most this many" }],
  run: () => import("./run-log.ts"),
};
