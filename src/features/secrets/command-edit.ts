import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";
import { TARGET } from "./target-argument.ts";

/** `tieline secrets edit <file>` */
export const editCommand: CommandDefinition = {
  name: "edit",
  summary:
    "Change a file of secrets as plain text in your editor ($VISUAL or $EDITOR). Prefer set: it puts no plain text into any file.",
  examples: [
    ["secrets edit dev", "comments, order and unchanged ciphertexts stay"],
  ],
  args: [TARGET],
  options: [],
  run: async (tools, input, io) => {
    const target = await tools.secrets.openTarget(
      textOf(input.args["file"]) ?? "",
      input,
      io,
    );
    const isChanged = await tools.secrets.editTarget(target, io);
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "secrets-edit",
          file: target.shown,
          changed: isChanged,
          exit_code: tools.EXIT.done,
        }),
      );
    else
      io.out(
        isChanged
          ? `wrote ${tools.plainText(target.shown)}\n`
          : "nothing changed\n",
      );
    return tools.EXIT.done;
  },
};
