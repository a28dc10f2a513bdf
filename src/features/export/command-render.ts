import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  choice,
  list,
  required,
  text,
  type InputOf,
} from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to render") },
  options: {
    format: choice(
      "format",
      ["yaml", "json", "env"],
      "form of the result (default: yaml)",
    ),
    connection: list("name", "connection to render (default: all)"),
    out: text("file", "file to write instead of stdout"),
  },
};

/** What it was given. */
export type RenderInput = InputOf<typeof INPUT>;

/** `tieline render <environment>` */
export const renderCommand: CommandDefinition = defineCommand({
  name: "render",
  place: 270,
  summary:
    "Print the resolved configuration for applications: everything declared, local settings too, secrets as references.",
  examples: [
    ["render dev", "YAML on stdout"],
    ["render dev --json", "JSON on stdout"],
    ["render prod --format env --out app.env", "variables for an application"],
    ["render prod --connection gmail-support", "one connection"],
  ],
  ...INPUT,
  load: () => import("./run-render.ts"),
});
