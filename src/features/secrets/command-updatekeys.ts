import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import type { InputOf } from "../../command/input.ts";
import { RECIPIENT_OPTION, TARGET } from "./command-arguments.ts";

/** What it takes. */
const INPUT = {
  args: { ...TARGET },
  options: { ...RECIPIENT_OPTION },
};

/** What it was given. */
export type UpdatekeysInput = InputOf<typeof INPUT>;

/** `tieline secrets updatekeys <file>` */
export const updatekeysCommand: CommandDefinition = defineCommand({
  name: "updatekeys",
  summary:
    "Make the recipients of a file those of .sops.yaml. The data key stays, so whoever is taken out could read it and still can, from history.",
  examples: [
    [
      "secrets updatekeys prod",
      "after .sops.yaml changed; then secrets rotate when someone left",
    ],
  ],
  ...INPUT,
  load: () => import("./run-updatekeys.ts"),
});
