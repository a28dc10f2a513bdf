import type { CommandDefinition } from "../../command/command.ts";
import { TARGET } from "./command-arguments.ts";

/** `tieline secrets textconv <file>` */
export const textconvCommand: CommandDefinition = {
  name: "textconv",
  summary:
    "Print a file of secrets for git diff: every value by a fingerprint, or by the end of its ciphertext when there is no key.",
  examples: [
    [
      "secrets textconv environments/dev/secrets.enc.yaml",
      "installed for git by: secrets install-git",
    ],
  ],
  args: [TARGET],
  options: [],
  run: () => import("./run-textconv.ts"),
};
