import type { CommandDefinition } from "../../command/command.ts";
import { TARGET } from "./command-arguments.ts";

/** `tieline secrets edit <file>` */
export const editCommand: CommandDefinition = {
  name: "edit",
  summary:
    "Change a file of secrets as plain text in your editor ($VISUAL or $EDITOR). Prefer set: it puts no plain text into any file.",
  examples: [
    ["secrets edit dev", "comments, order and unchanged ciphertexts stay"],
  ],
  args: [TARGET],
  options: [],
  run: () => import("./run-edit.ts"),
};
