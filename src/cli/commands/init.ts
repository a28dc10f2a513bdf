import type { CommandDefinition } from "../command.ts";
import { textOf } from "../input.ts";

/** What a newcomer types after it, in this order. */
const NEXT: readonly string[] = [
  "tieline plan dev               what an apply would do",
  "tieline apply dev              do it, in the embedded API: no account is needed",
  "tieline add <provider>         a connection of your own; tieline catalog search <words> finds providers",
];

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
    const files = await tools.scaffold(io.cwd, folder, tools.documentSchemas());
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
      const next = [
        ...(folder === "." ? [] : [`cd ${tools.plainText(folder)}`]),
        ...NEXT,
      ];
      io.out(
        `${files.map((file) => `wrote ${tools.plainText(file)}\n`).join("")}\nNext:\n${next.map((line) => `  ${line}\n`).join("")}`,
      );
    }
    return tools.EXIT.done;
  },
};
