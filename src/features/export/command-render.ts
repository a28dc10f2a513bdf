import type { CommandDefinition } from "../../command/command.ts";

/** `tieline render <environment>` */
export const renderCommand: CommandDefinition = {
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
  args: [
    {
      name: "environment",
      description: "environment to render",
      isRequired: true,
    },
  ],
  options: [
    {
      flags: "--format <format>",
      description: "form of the result (default: yaml)",
      choices: ["yaml", "json", "env"],
    },
    {
      flags: "--connection <name>",
      description: "connection to render (default: all)",
      isRepeatable: true,
    },
    { flags: "--out <file>", description: "file to write instead of stdout" },
  ],
  run: () => import("./run-render.ts"),
};
