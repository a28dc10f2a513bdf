import type { CommandDefinition } from "../../command/command.ts";

/** What `state pull` and `state push` take and print; they differ in the direction alone. */
export function copyCommand(
  words: Pick<CommandDefinition, "name" | "summary" | "examples">,
  run: CommandDefinition["run"],
): CommandDefinition {
  return {
    ...words,
    args: [
      {
        name: "environment",
        description: "environment whose state it is",
        isRequired: true,
      },
      {
        name: "where",
        description: "file, git, or a file that ends in .json",
        isRequired: true,
      },
    ],
    options: [],
    run,
  };
}
