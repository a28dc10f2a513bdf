import type { CommandDefinition } from "../../command/command.ts";
import { listOf, textOf } from "../../command/input.ts";

/** `tieline export terraform <environment>` */
export const exportTerraformCommand: CommandDefinition = {
  name: "terraform",
  summary:
    "Write Terraform configuration for a generic REST provider, with import blocks and secrets as variables.",
  examples: [
    ["export terraform prod", "one file on stdout"],
    ["export terraform prod --out terraform", "files in a folder"],
    ["export terraform prod --provider builtin", "a record that sends nothing"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to export",
      isRequired: true,
    },
  ],
  options: [
    {
      flags: "--out <folder>",
      description: "folder for the files (default: stdout)",
    },
    {
      flags: "--provider <provider>",
      description: "provider of the resources (default: restapi)",
      choices: ["restapi", "builtin"],
    },
    {
      flags: "--connection <name>",
      description: "connection to export (default: all)",
      isRepeatable: true,
    },
    {
      flags: "--dry-run",
      description: "name the files that would be written, and write nothing",
    },
  ],
  run: async (tools, input, io) => {
    const environment = textOf(input.args["environment"]) ?? "";
    const session = await tools.openStateSession(environment, input, io);
    const { files, diagnostics, withoutId } = tools.terraformFiles({
      desired: await tools.loadDesired(session.source, environment, io.env),
      inventory: await session.state.readInventory(),
      only: listOf(input.options["connection"]),
      provider: input.options["provider"] === "builtin" ? "builtin" : "restapi",
    });
    if (diagnostics.length > 0 && !io.isQuiet && !io.isJson)
      io.err(tools.renderDiagnostics(diagnostics, io.errStyle));
    await tools.writeExport(files, withoutId, input, io);
    return tools.EXIT.done;
  },
};
