import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { optional, text, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    name: optional("connection, overlay, environment, template or plan"),
  },
  options: { out: text("folder", "write the schemas into this folder") },
};

/** What it was given. */
export type SchemaInput = InputOf<typeof INPUT>;

/** `tieline schema [name]` */
export const schemaCommand: CommandDefinition = defineCommand({
  name: "schema",
  place: 310,
  summary: "Print a JSON Schema, or write all of them for an editor.",
  examples: [
    ["schema connection", "the schema of a connection document"],
    ["schema --out schemas", "write every schema into a folder"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
