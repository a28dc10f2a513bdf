import type { CommandDefinition, Toolbox } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** What `state pull` and `state push` take and print; they differ in the direction alone. */
export function copyCommand(
  words: Pick<CommandDefinition, "name" | "summary" | "examples">,
  copyOf: (tools: Toolbox) => Toolbox["pullState"],
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
    run: async (tools, input, io) => {
      const session = await tools.openStateSession(
        textOf(input.args["environment"]) ?? "",
        input,
        io,
      );
      const where = textOf(input.args["where"]) ?? "";
      const result = await copyOf(tools)(session, where, io);
      if (io.isJson)
        io.out(
          tools.jsonText({
            kind: "state-copy",
            environment: session.rules.name,
            is_changed: result.isChanged,
            serial: result.serial,
            receipts: result.receipts,
            exit_code: tools.EXIT.done,
          }),
        );
      else
        io.out(
          result.isChanged
            ? `Copied: inventory serial ${String(result.serial)}, ${String(result.receipts)} receipts.\n`
            : "Both hold the same already.\n",
        );
      return tools.EXIT.done;
    },
  };
}
