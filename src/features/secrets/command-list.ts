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
export type ListInput = InputOf<typeof INPUT>;

/** `tieline secrets list <file>` */
export const listCommand: CommandDefinition = defineCommand({
  name: "list",
  summary:
    "Show the names in a file of secrets and who can open it. Needs no key, shows no value.",
  examples: [["secrets list dev", "names and recipients"]],
  ...INPUT,
  load: () => import("./run-list.ts"),
});
