import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import type { InputOf } from "../../command/input.ts";
import { TARGET } from "./command-arguments.ts";

/** What it takes. */
const INPUT = {
  args: { ...TARGET },
  options: {},
};

/** What it was given. */
export type TextconvInput = InputOf<typeof INPUT>;

/** `tieline secrets textconv <file>` */
export const textconvCommand: CommandDefinition = defineCommand({
  name: "textconv",
  isForPrograms: true,
  summary:
    "Print a file of secrets for git diff: every value by a fingerprint, or by the end of its ciphertext when there is no key.",
  examples: [
    [
      "secrets textconv environments/dev/secrets.enc.yaml",
      "installed for git by: secrets install-git",
    ],
  ],
  ...INPUT,
  load: () => import("./run-textconv.ts"),
});
