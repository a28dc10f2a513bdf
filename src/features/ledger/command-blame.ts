import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { optional, required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: required("environment to look at"),
    connection: required("connection to look at"),
    field: optional("pointer of a field, such as /scopes or settings.timeout"),
  },
  options: {},
};

/** What it was given. */
export type LedgerBlameInput = InputOf<typeof INPUT>;

/** `tieline ledger blame <environment> <connection> [field]` */
export const ledgerBlameCommand: CommandDefinition = defineCommand({
  name: "blame",
  summary:
    "Show which run last set each field of a connection: plan, commit, actor and time.",
  examples: [
    ["ledger blame prod gmail-support", "every field"],
    ["ledger blame prod gmail-support /scopes", "one field, or all below it"],
  ],
  ...INPUT,
  load: () => import("./run-blame.ts"),
});
