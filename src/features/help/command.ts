import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { anyNumber, type InputOf } from "../../command/input.ts";

/** What help explains besides commands, in the order in which it is named. */
export const TOPIC_NAMES = [
  "exit-codes",
  "environment",
  "output",
  "agents",
  "files",
] as const;

/** What it takes. */
const INPUT = {
  args: { topic: anyNumber("a command, or a topic (default: the topics)") },
  options: {},
};

/** What it was given. */
export type HelpInput = InputOf<typeof INPUT>;

/** `tieline help [topic]`; the help of commands is printed by whoever reads the command line. */
export const helpCommand: CommandDefinition = defineCommand({
  name: "help",
  place: 1000,
  summary: `Print help for a command or a topic: ${TOPIC_NAMES.join(", ")}.`,
  examples: [
    ["help plan", "what plan takes"],
    ["help exit-codes", "what each exit status means"],
    ["help environment", "every variable that is read"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
