import type { CommandDefinition } from "../../command/command.ts";

/** `tieline ledger show <environment> <receipt>` */
export const ledgerShowCommand: CommandDefinition = {
  name: "show",
  summary: "Show one receipt: every change of that run and its outcome.",
  examples: [
    ["ledger show prod 3f9a", "the receipt whose digest starts like this"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
    {
      name: "receipt",
      description: "digits its digest starts with, or the id of its run",
      isRequired: true,
    },
  ],
  options: [],
  run: () => import("./run-show.ts"),
};
