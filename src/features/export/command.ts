/**
 * The exit door: configuration for other tools.
 * None of these commands writes to the API, and none writes a secret.
 */
import type { CommandGroup } from "../../command/command.ts";
import { exportTerraformCommand } from "./command-terraform.ts";

/** `tieline export` */
export const exportCommands: CommandGroup = {
  name: "export",
  place: 280,
  summary: "Write the connections of an environment for another tool.",
  examples: [
    [
      "export terraform prod --out terraform",
      "configuration and import blocks",
    ],
  ],
  subcommands: [exportTerraformCommand],
};
