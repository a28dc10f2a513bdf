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
export type EditInput = InputOf<typeof INPUT>;

/** `tieline secrets edit <file>` */
export const editCommand: CommandDefinition = defineCommand({
  name: "edit",
  summary:
    "Change a file of secrets as plain text in your editor ($VISUAL or $EDITOR). Prefer set: it puts no plain text into any file.",
  examples: [
    ["secrets edit dev", "comments, order and unchanged ciphertexts stay"],
  ],
  ...INPUT,
  load: () => import("./run-edit.ts"),
});
