import type { CommandDefinition } from "../../command/command.ts";

/** `tieline state show <environment>` */
export const stateShowCommand: CommandDefinition = {
  name: "show",
  summary: "Show what is stored: inventory, ledger length, lease and open run.",
  examples: [
    ["state show prod", "what we own, and who holds the lease"],
    ["state show prod --json", "with every last applied field"],
  ],
  args: [
    {
      name: "environment",
      description: "environment whose state it is",
      isRequired: true,
    },
  ],
  options: [],
  run: () => import("./run-show.ts"),
};
