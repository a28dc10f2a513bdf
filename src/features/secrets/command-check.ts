import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {},
  options: {
    staged: flag("look at what is staged in git instead of the files"),
    secondEngine: flag(
      "have sops-decoder read files for AWS KMS too, and compare",
    ),
  },
};

/** What it was given. */
export type CheckInput = InputOf<typeof INPUT>;

/** `tieline secrets check` */
export const checkCommand: CommandDefinition = defineCommand({
  name: "check",
  summary:
    "Look for secrets that are readable, and for files of secrets that are not as .sops.yaml says. Needs no key; with one, every file is verified.",
  examples: [
    ["secrets check", "the whole folder"],
    [
      "secrets check --staged",
      "what is about to be committed, as a pre-commit hook",
    ],
  ],
  ...INPUT,
  load: () => import("./run-check.ts"),
});
