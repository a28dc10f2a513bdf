import type { CommandDefinition } from "../../command/command.ts";
import {
  PATH,
  RECIPIENT_OPTION,
  TARGET,
  VALUE_OPTIONS,
} from "./command-arguments.ts";

/** `tieline secrets set <file> <path>` */
export const setCommand: CommandDefinition = {
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
  args: [TARGET, PATH],
  options: [...VALUE_OPTIONS, RECIPIENT_OPTION],
  run: () => import("./run-set.ts"),
};
