import type { CommandDefinition } from "../../command/command.ts";
import { RECIPIENT_OPTION, TARGET } from "./command-arguments.ts";

/** `tieline secrets updatekeys <file>` */
export const updatekeysCommand: CommandDefinition = {
  name: "updatekeys",
  summary:
    "Make the recipients of a file those of .sops.yaml. The data key stays, so whoever is taken out could read it and still can, from history.",
  examples: [
    [
      "secrets updatekeys prod",
      "after .sops.yaml changed; then secrets rotate when someone left",
    ],
  ],
  args: [TARGET],
  options: [RECIPIENT_OPTION],
  run: () => import("./run-updatekeys.ts"),
};
