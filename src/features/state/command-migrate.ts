import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment whose state is in PostgreSQL") },
  options: {
    dryRun: flag("print the SQL of the steps that are missing, and take none"),
    roles: flag(
      "print the SQL of the roles and what they may do, and do nothing",
    ),
  },
};

/** What it was given. */
export type StateMigrateInput = InputOf<typeof INPUT>;

/** `tieline state migrate <environment>` */
export const stateMigrateCommand: CommandDefinition = defineCommand({
  name: "migrate",
  summary:
    "Make or change the tables of state in PostgreSQL, as the role that owns them. No other command does.",
  examples: [
    ["state migrate prod --dry-run", "the SQL that would be run"],
    ["state migrate prod", "run it, each step in a transaction"],
    ["state migrate prod --roles", "roles with the least rights, as SQL"],
  ],
  ...INPUT,
  load: () => import("./run-migrate.ts"),
});
