import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import type { InputOf } from "../../command/input.ts";
import {
  PATH,
  RECIPIENT_OPTION,
  TARGET,
  VALUE_OPTIONS,
} from "./command-arguments.ts";

/** What it takes. */
const INPUT = {
  args: { ...TARGET, ...PATH },
  options: { ...VALUE_OPTIONS, ...RECIPIENT_OPTION },
};

/** What it was given. */
export type SetInput = InputOf<typeof INPUT>;

/** `tieline secrets set <file> <path>` */
export const setCommand: CommandDefinition = defineCommand({
  name: "set",
  summary:
    "Set one secret. The value is asked for without showing it, or read from stdin or a file; never an argument.",
  examples: [
    ["secrets set dev gmail-support/client_secret", "ask for the value"],
    [
      "secrets set prod gmail-support/client_secret --stdin < value.txt",
      "in a script",
    ],
  ],
  ...INPUT,
  load: () => import("./run-set.ts"),
});
