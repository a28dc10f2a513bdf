import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";
import { PATH, TARGET } from "./target-argument.ts";

/** `tieline secrets unset <file> <path>` */
export const unsetCommand: CommandDefinition = {
  name: "unset",
  summary: "Take one secret, or a group of them, out of a file.",
  examples: [
    [
      "secrets unset dev gmail-support/client_secret",
      "the file's other values keep their ciphertext",
    ],
  ],
  args: [TARGET, PATH],
  options: [],
  run: async (tools, input, io) => {
    const path = textOf(input.args["path"]) ?? "";
    const target = await tools.secrets.openTarget(
      textOf(input.args["file"]) ?? "",
      input,
      io,
    );
    await tools.secrets.changeValues(target, io, (editor) => {
      editor.unset(tools.secrets.pathOf(path));
    });
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "secrets-unset",
          file: target.shown,
          path,
          exit_code: tools.EXIT.done,
        }),
      );
    else
      io.out(
        `took ${tools.plainText(path)} out of ${tools.plainText(target.shown)}; it stays in the history of the repository\n`,
      );
    return tools.EXIT.done;
  },
};
