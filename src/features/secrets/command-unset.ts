import type { CommandDefinition } from "../../command/command.ts";
import { PATH, TARGET } from "./command-arguments.ts";

/** `tieline secrets unset <file> <path>` */
export const unsetCommand: CommandDefinition = {
  name: "unset",
  summary: "Take one secret, or a group of them, out of a file.",
  examples: [
    [
      "secrets unset dev gmail-support/client_secret",
      "the file's other values keep their ciphertext",
    ],
  ],
  args: [TARGET, PATH],
  options: [],
  run: () => import("./run-unset.ts"),
};
