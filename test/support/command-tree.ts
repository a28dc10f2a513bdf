import { COMMANDS } from "../../src/cli/generated/commands.ts";
import type { CommandDefinition } from "../../src/command/command.ts";

/** A command with the words that call it. */
export interface Leaf {
  readonly words: readonly string[];
  readonly path: string;
  readonly definition: CommandDefinition;
}

/** Every command that does something, in the order of help. */
export const LEAVES: readonly Leaf[] = COMMANDS.flatMap((entry): Leaf[] =>
  "subcommands" in entry
    ? entry.subcommands.map((definition) => ({
        words: [entry.name, definition.name],
        path: `${entry.name} ${definition.name}`,
        definition,
      }))
    : [{ words: [entry.name], path: entry.name, definition: entry }],
);

/** A command line with as many arguments as the command needs. */
export function called({ words, definition }: Leaf): readonly string[] {
  const needed = Object.values(definition.args).filter(
    ({ kind }) => kind === "required" || kind === "several",
  );
  // Help for nothing is help for everything, which is no run.
  return words[0] === "help"
    ? [...words, "exit-codes"]
    : [...words, ...needed.map(() => "x")];
}
