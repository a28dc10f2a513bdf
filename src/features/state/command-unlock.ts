import type { CommandDefinition } from "../../command/command.ts";

/** `tieline state unlock <environment> --if-holder <id>` */
export const stateUnlockCommand: CommandDefinition = {
  name: "unlock",
  summary:
    "End the lease of a run that is gone and cannot be waited for. Its holder stops at its next renewal.",
  examples: [
    [
      "state unlock prod --if-holder 6f1c…",
      "end exactly this lease; state show tells its id",
    ],
  ],
  args: [
    {
      name: "environment",
      description: "environment whose state it is",
      isRequired: true,
    },
  ],
  options: [
    {
      flags: "--if-holder <id>",
      description: "id of the lease; another one is left alone",
    },
  ],
  run: () => import("./run-unlock.ts"),
};
