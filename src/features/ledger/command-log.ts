import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, text, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to look at") },
  options: { limit: text("count", "at most this many") },
};

/** What it was given. */
export type LedgerLogInput = InputOf<typeof INPUT>;

/** `tieline ledger log <environment>` */
export const ledgerLogCommand: CommandDefinition = defineCommand({
  name: "log",
  summary: "List the runs recorded for an environment, newest first.",
  examples: [
    ["ledger log prod", "who applied what, and when"],
    ["ledger log prod --limit 3 --json", "the last three, for machines"],
  ],
  ...INPUT,
  load: () => import("./run-log.ts"),
});
