import type { CommandDefinition } from "../command.ts";
import { textOf } from "../input.ts";

/** `tieline render <environment>` */
export const renderCommand: CommandDefinition = {
  name: "render",
  summary:
    "Print the resolved configuration for applications: everything declared, local settings too, secrets as references.",
  examples: [
    ["render dev", "YAML on stdout"],
    ["render dev --json", "JSON on stdout"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to render",
      isRequired: true,
    },
  ],
  options: [],
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const desired = await tools.loadDesired(
      source,
      textOf(input.args["environment"]) ?? "",
      io.env,
    );
    if (desired.diagnostics.length > 0 && !io.isQuiet && !io.isJson)
      io.err(tools.renderDiagnostics(desired.diagnostics, io.errStyle));
    const rendered = tools.renderedEnvironment(desired);
    io.out(io.isJson ? tools.jsonText(rendered) : tools.yamlText(rendered));
    return tools.EXIT.done;
  },
};
