import type { CommandDefinition } from "../../command/command.ts";
import { FINDINGS_OUTPUT } from "../../command/findings-option.ts";

/** `tieline usage <path…>` */
export const usageCommand: CommandDefinition = {
  name: "usage",
  place: 260,
  summary:
    "Hold the connection names in your code against the environments: missing is an error, unused a note.",
  examples: [
    ["usage src", "all environments"],
    ["usage src services/mail --environment prod", "one environment"],
    ["usage . --json", "for machines"],
    ["usage src --output github", "annotations in a pull request"],
  ],
  args: [
    {
      name: "path",
      description: "folders or files of TypeScript, JavaScript or Python",
      isRequired: true,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--environment <name>",
      description: "environment the code runs in (default: all)",
      isRepeatable: true,
    },
    FINDINGS_OUTPUT,
  ],
  run: () => import("./run.ts"),
};
