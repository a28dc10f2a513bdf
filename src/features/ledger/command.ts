/**
 * The commands of the ledger: what happened, whether it can be believed, and who set what.
 * None of them writes anything or asks the API.
 */
import type { CommandGroup } from "../../command/command.ts";
import { ledgerBlameCommand } from "./command-blame.ts";
import { ledgerLogCommand } from "./command-log.ts";
import { ledgerShowCommand } from "./command-show.ts";
import { ledgerVerifyCommand } from "./command-verify.ts";

/** `tieline ledger` */
export const ledgerCommands: CommandGroup = {
  name: "ledger",
  place: 220,
  summary: "Look into the record of every apply, and check it.",
  examples: [
    ["ledger log prod", "who applied what, and when"],
    ["ledger verify prod", "was anything altered afterwards?"],
    ["ledger blame prod gmail-support", "which run set each field"],
  ],
  subcommands: [
    ledgerLogCommand,
    ledgerShowCommand,
    ledgerVerifyCommand,
    ledgerBlameCommand,
  ],
};
