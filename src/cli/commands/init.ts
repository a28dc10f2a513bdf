import type { CommandDefinition } from "../command.ts";
import { textOf } from "../input.ts";

/** `tieline init [folder]` */
export const initCommand: CommandDefinition = {
  name: "init",
  summary:
    "Scaffold a configuration folder that plans and applies at once, against the embedded API.",
  examples: [
    ["init", "in this folder"],
    ["init my-connections", "in a new folder"],
  ],
  args: [
    { name: "folder", description: "where (default: here)", isRequired: false },
  ],
  options: [],
  run: async (tools, input, io) => {
    const folder = textOf(input.args["folder"]) ?? ".";
    const files = await tools.scaffold(io.cwd, folder);
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "scaffold",
          folder,
          files,
          exit_code: tools.EXIT.done,
        }),
      );
    else {
      const enter = folder === "." ? "" : `cd ${tools.plainText(folder)} && `;
      io.out(
        `${files.map((file) => `wrote ${tools.plainText(file)}\n`).join("")}\nNext: ${enter}tieline plan dev\n`,
      );
    }
    return tools.EXIT.done;
  },
};
