import type { CommandDefinition } from "../../command/command.ts";
import { TARGET } from "./command-arguments.ts";

/** `tieline secrets list <file>` */
export const listCommand: CommandDefinition = {
  name: "list",
  summary:
    "Show the names in a file of secrets and who can open it. Needs no key, shows no value.",
  examples: [["secrets list dev", "names and recipients"]],
  args: [TARGET],
  options: [],
  run: () => import("./run-list.ts"),
};
