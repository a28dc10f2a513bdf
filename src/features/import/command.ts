import type { CommandDefinition } from "../../command/command.ts";
import { TARGET_OPTION, YES_OPTION } from "../../command/plan-options.ts";

/** `tieline import <environment…>` */
export const importCommand: CommandDefinition = {
  name: "import",
  place: 160,
  summary:
    "Write documents from what is live: new files for connections nobody declares, edits that keep comments for the rest. Never a secret.",
  examples: [
    ["import dev --dry-run", "what would be written"],
    [
      "import dev staging prod",
      "shared documents for what they agree on, overlays for the rest",
    ],
    ["import prod --connection gmail-support", "one connection"],
    ["import dev --adopt", "and take ownership, so that drift shows"],
    [
      "import --from composio auth-configs.json --environment dev",
      "from the list another service gives",
    ],
  ],
  args: [
    {
      name: "environment",
      description: "environments to read; with --from, the file of the export",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--connection <name>",
      description: "import only this connection; may be repeated",
      isRepeatable: true,
    },
    { flags: "--dry-run", description: "list what would be written" },
    {
      flags: "--manage-all",
      description:
        "write fields that documents leave out too, and the platform's own defaults",
    },
    {
      flags: "--adopt",
      description: "adopt afterwards what is declared, live and not owned",
    },
    {
      flags: "--share",
      description:
        "put what the documents of all environments have in common into shared ones; alone, it reads nothing live",
    },
    YES_OPTION,
    {
      flags: "--from <service>",
      description: "read an export instead of an environment",
      choices: ["composio", "nango"],
    },
    {
      flags: "--environment <name>",
      description:
        "with --from: whose documents they become (default: shared ones)",
    },
    TARGET_OPTION,
  ],
  run: () => import("./run.ts"),
};
