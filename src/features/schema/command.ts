import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** How editors learn of the files. Named here, because the guide is not part of an installed package. */
const NEXT =
  'Next: begin a document with "# yaml-language-server: $schema=<way to the file>" (connection.schema.json for connections/, overlay.schema.json\nfor environments/*/connections/, environment.schema.json, template.schema.json for templates/), or map the files in your editor\'s settings.';

/** `tieline schema [name]` */
export const schemaCommand: CommandDefinition = {
  name: "schema",
  summary: "Print a JSON Schema, or write all of them for an editor.",
  examples: [
    ["schema connection", "the schema of a connection document"],
    ["schema --out schemas", "write every schema into a folder"],
  ],
  args: [
    {
      name: "name",
      description: "connection, overlay, environment, template or plan",
      isRequired: false,
    },
  ],
  options: [
    {
      flags: "--out <folder>",
      description: "write the schemas into this folder",
    },
  ],
  run: async (tools, input, io) => {
    const out = textOf(input.options["out"]);
    if (out !== undefined) {
      const files = await tools.writeSchemas(io.cwd, out);
      if (io.isJson)
        io.out(
          tools.jsonText({
            kind: "schemas",
            files,
            exit_code: tools.EXIT.done,
          }),
        );
      else {
        io.out(files.map((file) => `${tools.plainText(file)}\n`).join(""));
        if (!io.isQuiet) io.err(`\n${NEXT}\n`);
      }
      return tools.EXIT.done;
    }
    io.out(tools.schemaText(textOf(input.args["name"])));
    return tools.EXIT.done;
  },
};
