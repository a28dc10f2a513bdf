import type { CommandDefinition } from "../../command/command.ts";

/** `tieline ledger verify <environment>` */
export const ledgerVerifyCommand: CommandDefinition = {
  name: "verify",
  summary:
    "Check that no receipt was altered, and that what each says was done is what its plan announced.",
  examples: [
    ["ledger verify prod", "exit 3 when something does not hold together"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
  ],
  options: [],
  run: () => import("./run-verify.ts"),
};
