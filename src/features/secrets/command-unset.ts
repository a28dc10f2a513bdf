import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import type { InputOf } from "../../command/input.ts";
import { PATH, TARGET } from "./command-arguments.ts";

/** What it takes. */
const INPUT = {
  args: { ...TARGET, ...PATH },
  options: {},
};

/** What it was given. */
export type UnsetInput = InputOf<typeof INPUT>;

/** `tieline secrets unset <file> <path>` */
export const unsetCommand: CommandDefinition = defineCommand({
  name: "unset",
  summary: "Take one secret, or a group of them, out of a file.",
  examples: [
    [
      "secrets unset dev gmail-support/client_secret",
      "the file's other values keep their ciphertext",
    ],
  ],
  ...INPUT,
  load: () => import("./run-unset.ts"),
});
