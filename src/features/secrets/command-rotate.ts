import type { CommandDefinition } from "../../command/command.ts";
import { RECIPIENT_OPTION, TARGET } from "./command-arguments.ts";

/** `tieline secrets rotate <file>` */
export const rotateCommand: CommandDefinition = {
  name: "rotate",
  summary:
    "Give a file a new data key and encrypt everything anew, for the recipients of .sops.yaml. The secrets themselves stay the same.",
  examples: [["secrets rotate prod", "after a recipient was taken out"]],
  args: [TARGET],
  options: [
    {
      flags: "--recipients-from-file",
      description:
        "accept the recipients the file lists, where there is no .sops.yaml to compare with",
    },
    RECIPIENT_OPTION,
  ],
  run: () => import("./run-rotate.ts"),
};
