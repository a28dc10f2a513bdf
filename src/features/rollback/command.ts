import type { CommandDefinition } from "../../command/command.ts";

/** `tieline rollback <environment> --to <receipt>` */
export const rollbackCommand: CommandDefinition = {
  name: "rollback",
  place: 240,
  summary:
    "Prepare going back to the documents of an earlier run: the plan, the files, and what cannot be undone. Never writes to the API.",
  examples: [
    ["rollback prod --to 3f9a", "what going back to that receipt would do"],
    [
      "rollback prod --to 3f9a --write",
      "write the documents of that time, to review and commit",
    ],
  ],
  args: [
    {
      name: "environment",
      description: "environment to take back",
      isRequired: true,
    },
  ],
  options: [
    {
      flags: "--to <receipt>",
      description: "digits its digest starts with: see ledger log",
    },
    {
      flags: "--write",
      description: "write the files; everything must be committed",
    },
    {
      flags: "--target <origin>",
      description: "use another API than the environment names",
    },
  ],
  run: () => import("./run.ts"),
};
