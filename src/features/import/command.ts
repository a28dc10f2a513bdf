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
import { TARGET_OPTION, YES_OPTION } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: anyNumber(
      "environments to read; with --from, the file of the export",
    ),
  },
  options: {
    connection: list("name", "import only this connection; may be repeated"),
    dryRun: flag("list what would be written"),
    manageAll: flag(
      "write fields that documents leave out too, and the platform's own defaults",
    ),
    adopt: flag("adopt afterwards what is declared, live and not owned"),
    share: flag(
      "put what the documents of all environments have in common into shared ones; alone, it reads nothing live",
    ),
    ...YES_OPTION,
    from: choice(
      "service",
      ["composio", "nango"],
      "read an export instead of an environment",
    ),
    environment: text(
      "name",
      "with --from: whose documents they become (default: shared ones)",
      { short: "e" },
    ),
    ...TARGET_OPTION,
  },
};

/** What it was given. */
export type ImportInput = InputOf<typeof INPUT>;

/** `tieline import <environment…>` */
export const importCommand: CommandDefinition = defineCommand({
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
  ...INPUT,
  load: () => import("./run.ts"),
});
