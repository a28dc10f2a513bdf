import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, type InputOf } from "../../command/input.ts";
import { RECIPIENT_OPTION, TARGET } from "./command-arguments.ts";

/** What it takes. */
const INPUT = {
  args: { ...TARGET },
  options: {
    recipientsFromFile: flag(
      "accept the recipients the file lists, where there is no .sops.yaml to compare with",
    ),
    ...RECIPIENT_OPTION,
  },
};

/** What it was given. */
export type RotateInput = InputOf<typeof INPUT>;

/** `tieline secrets rotate <file>` */
export const rotateCommand: CommandDefinition = defineCommand({
  name: "rotate",
  summary:
    "Give a file a new data key and encrypt everything anew, for the recipients of .sops.yaml. The secrets themselves stay the same.",
  examples: [["secrets rotate prod", "after a recipient was taken out"]],
  ...INPUT,
  load: () => import("./run-rotate.ts"),
});
