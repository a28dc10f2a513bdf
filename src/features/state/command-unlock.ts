import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, text, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment whose state it is") },
  options: {
    ifHolder: text("id", "id of the lease; another one is left alone"),
  },
};

/** What it was given. */
export type StateUnlockInput = InputOf<typeof INPUT>;

/** `tieline state unlock <environment> --if-holder <id>` */
export const stateUnlockCommand: CommandDefinition = defineCommand({
  name: "unlock",
  summary:
    "End the lease of a run that is gone and cannot be waited for. Its holder stops at its next renewal.",
  examples: [
    [
      "state unlock prod --if-holder 6f1c…",
      "end exactly this lease; state show tells its id",
    ],
  ],
  ...INPUT,
  load: () => import("./run-unlock.ts"),
});
