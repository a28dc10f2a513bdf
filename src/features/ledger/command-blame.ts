import type { CommandDefinition } from "../../command/command.ts";

/** `tieline ledger blame <environment> <connection> [field]` */
export const ledgerBlameCommand: CommandDefinition = {
  name: "blame",
  summary:
    "Show which run last set each field of a connection: plan, commit, actor and time.",
  examples: [
    ["ledger blame prod gmail-support", "every field"],
    ["ledger blame prod gmail-support /scopes", "one field, or all below it"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
    {
      name: "connection",
      description: "connection to look at",
      isRequired: true,
    },
    {
      name: "field",
      description: "pointer of a field, such as /scopes or settings.timeout",
      isRequired: false,
    },
  ],
  options: [],
  run: () => import("./run-blame.ts"),
};
