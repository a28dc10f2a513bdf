import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";
import {
  PATH,
  RECIPIENT_OPTION,
  TARGET,
  VALUE_OPTIONS,
} from "./target-argument.ts";

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
  run: async (tools, input, io) => {
    const path = textOf(input.args["path"]) ?? "";
    const target = await tools.secrets.openTarget(
      textOf(input.args["file"]) ?? "",
      input,
      io,
    );
    const { value, isBreakLeftOut } = await tools.secrets.readSecretValue(
      input,
      io,
      {
        question: `Value of ${tools.plainText(path)} (not shown): `,
        isBinary: tools.secrets.isBinary(target),
        type: textOf(input.options["type"]),
      },
    );
    const warning = tools.secrets.warningFor(value);
    if (warning !== undefined)
      io.err(
        `warning: the value would be refused when it is used: ${warning}\n`,
      );
    const { isChanged, isNew, recipients } = await tools.secrets.changeValues(
      target,
      io,
      (editor) => {
        editor.set(tools.secrets.pathOf(path), value);
      },
    );
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "secrets-set",
          file: target.shown,
          path,
          changed: isChanged,
          created: isNew,
          ...(isNew ? { recipients } : {}),
          line_break_left_out: isBreakLeftOut,
          exit_code: tools.EXIT.done,
        }),
      );
    else {
      const openedBy = `opened by:\n${recipients.map((name) => `  ${tools.plainText(name)}\n`).join("")}`;
      io.out(
        isChanged
          ? `set ${tools.plainText(path)} in ${isNew ? "the new file " : ""}${tools.plainText(target.shown)}${isBreakLeftOut ? ", without the line break at the end of the input" : ""}\n${isNew ? openedBy : ""}`
          : `${tools.plainText(path)} has that value already\n`,
      );
    }
    return tools.EXIT.done;
  },
};
