import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to look at") },
  options: {},
};

/** What it was given. */
export type LedgerVerifyInput = InputOf<typeof INPUT>;

/** `tieline ledger verify <environment>` */
export const ledgerVerifyCommand: CommandDefinition = defineCommand({
  name: "verify",
  summary:
    "Check that no receipt was altered, and that what each says was done is what its plan announced.",
  examples: [
    ["ledger verify prod", "exit 3 when something does not hold together"],
  ],
  ...INPUT,
  load: () => import("./run-verify.ts"),
});
