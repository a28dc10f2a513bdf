import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment whose state it is") },
  options: {},
};

/** What it was given. */
export type StateShowInput = InputOf<typeof INPUT>;

/** `tieline state show <environment>` */
export const stateShowCommand: CommandDefinition = defineCommand({
  name: "show",
  summary: "Show what is stored: inventory, ledger length, lease and open run.",
  examples: [
    ["state show prod", "what we own, and who holds the lease"],
    ["state show prod --json", "with every last applied field"],
  ],
  ...INPUT,
  load: () => import("./run-show.ts"),
});
