import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";
import { TARGET } from "./target-argument.ts";

/** `tieline secrets textconv <file>` */
export const textconvCommand: CommandDefinition = {
  name: "textconv",
  summary:
    "Print a file of secrets for git diff: every value by a fingerprint, or by the end of its ciphertext when there is no key.",
  examples: [
    [
      "secrets textconv environments/dev/secrets.enc.yaml",
      "installed for git by: secrets install-git",
    ],
  ],
  args: [TARGET],
  options: [],
  run: async (tools, input, io) => {
    const target = await tools.secrets.openTarget(
      textOf(input.args["file"]) ?? "",
      input,
      io,
    );
    const values = await tools.secrets.showValues(target);
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "secrets-textconv",
          file: target.shown,
          values,
          exit_code: tools.EXIT.done,
        }),
      );
    else
      io.out(
        values
          .map(({ path, shown }) => `${tools.plainText(path)}: ${shown}\n`)
          .join(""),
      );
    return tools.EXIT.done;
  },
};
