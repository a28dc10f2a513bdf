import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: required("environment to look at"),
    receipt: required("digits its digest starts with, or the id of its run"),
  },
  options: {},
};

/** What it was given. */
export type LedgerShowInput = InputOf<typeof INPUT>;

/** `tieline ledger show <environment> <receipt>` */
export const ledgerShowCommand: CommandDefinition = defineCommand({
  name: "show",
  summary: "Show one receipt: every change of that run and its outcome.",
  examples: [
    ["ledger show prod 3f9a", "the receipt whose digest starts like this"],
  ],
  ...INPUT,
  load: () => import("./run-show.ts"),
});
