import type { CommandDefinition } from "../../command/command.ts";
import { FINDINGS_OUTPUT } from "../../command/findings-option.ts";

/** `tieline validate [environment…]` */
export const validateCommand: CommandDefinition = {
  name: "validate",
  place: 40,
  summary:
    "Check documents: every problem of every file in one run. Needs no network and no key.",
  examples: [
    ["validate", "every environment and the shared connections"],
    ["validate prod", "one environment"],
    ["validate --json", "for machines"],
    ["validate --output github", "annotations of a workflow run"],
  ],
  args: [
    {
      name: "environment",
      description: "environments to check (default: all)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [FINDINGS_OUTPUT],
  run: () => import("./run.ts"),
};
