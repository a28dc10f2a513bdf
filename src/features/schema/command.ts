import type { CommandDefinition } from "../../command/command.ts";

/** `tieline schema [name]` */
export const schemaCommand: CommandDefinition = {
  name: "schema",
  place: 310,
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
  run: () => import("./run.ts"),
};
