import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, required, text, type InputOf } from "../../command/input.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to take back") },
  options: {
    to: text("receipt", "digits its digest starts with: see ledger log"),
    write: flag("write the files; everything must be committed"),
    ...TARGET_OPTION,
  },
};

/** What it was given. */
export type RollbackInput = InputOf<typeof INPUT>;

/** `tieline rollback <environment> --to <receipt>` */
export const rollbackCommand: CommandDefinition = defineCommand({
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
  ...INPUT,
  load: () => import("./run.ts"),
});
