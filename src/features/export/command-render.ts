import type { CommandDefinition } from "../../command/command.ts";
import { listOf, textOf } from "../../command/input.ts";

/** `tieline render <environment>` */
export const renderCommand: CommandDefinition = {
  name: "render",
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
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const desired = await tools.loadDesired(
      source,
      textOf(input.args["environment"]) ?? "",
      io.env,
    );
    if (desired.diagnostics.length > 0 && !io.isQuiet && !io.isJson)
      io.err(tools.renderDiagnostics(desired.diagnostics, io.errStyle));
    const connections = tools.connectionsNamed(
      desired.connections,
      listOf(input.options["connection"]),
      "nothing was written",
    );
    const format = textOf(input.options["format"]);
    const text = tools.renderedText(
      { ...desired, connections },
      {
        format: io.isJson || format === "json" ? "json" : "yaml",
        asVariables: format === "env",
      },
    );
    const out = textOf(input.options["out"]);
    if (out === undefined) io.out(text);
    else {
      await tools.writeTextFile(io.cwd, out, text);
      if (!io.isQuiet) io.err(`written: ${tools.plainText(out)}\n`);
    }
    return tools.EXIT.done;
  },
};
