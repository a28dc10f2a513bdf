import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";
import { RECIPIENT_OPTION, TARGET } from "./target-argument.ts";

/** `tieline secrets updatekeys <file>` */
export const updatekeysCommand: CommandDefinition = {
  name: "updatekeys",
  summary:
    "Make the recipients of a file those of .sops.yaml. The data key stays, so whoever is taken out could read it and still can, from history.",
  examples: [
    [
      "secrets updatekeys prod",
      "after .sops.yaml changed; then secrets rotate when someone left",
    ],
  ],
  args: [TARGET],
  options: [RECIPIENT_OPTION],
  run: async (tools, input, io) => {
    const target = await tools.secrets.openTarget(
      textOf(input.args["file"]) ?? "",
      input,
      io,
    );
    const { isChanged, recipients } = await tools.secrets.updateKeys(
      target,
      io,
    );
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "secrets-updatekeys",
          file: target.shown,
          changed: isChanged,
          recipients,
          exit_code: tools.EXIT.done,
        }),
      );
    else {
      io.out(
        `${tools.plainText(target.shown)} ${isChanged ? "is now" : "is already"} encrypted to:\n${recipients.map((name) => `  ${tools.plainText(name)}\n`).join("")}`,
      );
      if (isChanged && !io.isQuiet)
        io.err(
          "This revokes nothing: who was taken out knows the data key. Follow with tieline secrets rotate, and new values.\n",
        );
    }
    return tools.EXIT.done;
  },
};
