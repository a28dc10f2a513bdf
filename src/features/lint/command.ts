import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  anyNumber,
  choice,
  flag,
  list,
  text,
  type InputOf,
} from "../../command/input.ts";
import { FINDINGS_OUTPUT } from "../../command/findings-option.ts";

/** What it takes. */
const INPUT = {
  args: { environment: anyNumber("environments to look at (default: all)") },
  options: {
    fix: flag(
      "edit the files where nothing an environment resolves to changes by it",
    ),
    dryRun: flag("name the files that --fix would write, and write nothing"),
    rule: list(
      "rule",
      "of the rules only this one, by code or name (what validate says stays); may be given several times",
    ),
    severity: list(
      "rule=level",
      "off, note, warning or error instead of the rule's own; may be given several times",
    ),
    failOn: choice(
      "level",
      ["error", "warning", "note"],
      "exit 3 from this level on (default: error)",
    ),
    maxWarnings: text("count", "exit 3 when there are more warnings"),
    ...FINDINGS_OUTPUT,
  },
};

/** What it was given. */
export type LintInput = InputOf<typeof INPUT>;

/** `tieline lint [environment…]` */
export const lintCommand: CommandDefinition = defineCommand({
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
  ...INPUT,
  load: () => import("./run.ts"),
});
