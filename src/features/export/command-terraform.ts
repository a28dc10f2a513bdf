import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  choice,
  flag,
  list,
  required,
  text,
  type InputOf,
} from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to export") },
  options: {
    out: text("folder", "folder for the files (default: stdout)"),
    provider: choice(
      "provider",
      ["restapi", "builtin"],
      "provider of the resources (default: restapi)",
    ),
    connection: list("name", "connection to export (default: all)"),
    dryRun: flag("name the files that would be written, and write nothing"),
  },
};

/** What it was given. */
export type ExportTerraformInput = InputOf<typeof INPUT>;

/** `tieline export terraform <environment>` */
export const exportTerraformCommand: CommandDefinition = defineCommand({
  name: "terraform",
  summary:
    "Write Terraform configuration for a generic REST provider, with import blocks and secrets as variables.",
  examples: [
    ["export terraform prod", "one file on stdout"],
    ["export terraform prod --out terraform", "files in a folder"],
    ["export terraform prod --provider builtin", "a record that sends nothing"],
  ],
  ...INPUT,
  load: () => import("./run-terraform.ts"),
});
