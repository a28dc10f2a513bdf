import type { CommandDefinition } from "../../command/command.ts";

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
  run: () => import("./run-terraform.ts"),
};
