import type { CommandDefinition } from "../../command/command.ts";
import { FINDINGS_OUTPUT } from "../../command/findings-option.ts";

/** `tieline lint [environment…]` */
export const lintCommand: CommandDefinition = {
  name: "lint",
  place: 70,
  summary:
    "Look for what is valid and still not good: owners, names, scopes, leftovers. Needs no network and no key.",
  examples: [
    ["lint", "every environment and the shared connections"],
    ["lint prod --fail-on warning", "one environment; exit 3 on any warning"],
    ["lint --fix", "do away with what can be fixed safely"],
    ["lint --severity missing-owner=error", "weigh a rule otherwise"],
    ["lint --output sarif", "for code scanning"],
  ],
  args: [
    {
      name: "environment",
      description: "environments to look at (default: all)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--fix",
      description:
        "edit the files where nothing an environment resolves to changes by it",
    },
    {
      flags: "--dry-run",
      description: "name the files that --fix would write, and write nothing",
    },
    {
      flags: "--rule <rule>",
      description:
        "of the rules only this one, by code or name (what validate says stays); may be given several times",
      isRepeatable: true,
    },
    {
      flags: "--severity <rule=level>",
      description:
        "off, note, warning or error instead of the rule's own; may be given several times",
      isRepeatable: true,
    },
    {
      flags: "--fail-on <level>",
      description: "exit 3 from this level on (default: error)",
      choices: ["error", "warning", "note"],
    },
    {
      flags: "--max-warnings <count>",
      description: "exit 3 when there are more warnings",
    },
    FINDINGS_OUTPUT,
  ],
  run: () => import("./run.ts"),
};
