import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";
import { RECIPIENT_OPTION, TARGET } from "./target-argument.ts";

/** `tieline secrets rotate <file>` */
export const rotateCommand: CommandDefinition = {
  name: "rotate",
  summary:
    "Give a file a new data key and encrypt everything anew, for the recipients of .sops.yaml. The secrets themselves stay the same.",
  examples: [["secrets rotate prod", "after a recipient was taken out"]],
  args: [TARGET],
  options: [
    {
      flags: "--recipients-from-file",
      description:
        "accept the recipients the file lists, where there is no .sops.yaml to compare with",
    },
    RECIPIENT_OPTION,
  ],
  run: async (tools, input, io) => {
    const target = await tools.secrets.openTarget(
      textOf(input.args["file"]) ?? "",
      input,
      io,
    );
    const recipients = await tools.secrets.rotate(
      target,
      io,
      input.options["recipientsFromFile"] === true,
    );
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "secrets-rotate",
          file: target.shown,
          recipients,
          exit_code: tools.EXIT.done,
        }),
      );
    else
      io.out(
        `${tools.plainText(target.shown)} has a new data key, for:\n${recipients.map((name) => `  ${tools.plainText(name)}\n`).join("")}`,
      );
    return tools.EXIT.done;
  },
};
