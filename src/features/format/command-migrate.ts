import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {},
  options: { dryRun: flag("write nothing") },
};

/** What it was given. */
export type MigrateInput = InputOf<typeof INPUT>;

/** `tieline migrate` */
export const migrateCommand: CommandDefinition = defineCommand({
  name: "migrate",
  place: 60,
  summary:
    "Bring documents of older versions, or pasted from the vendor's page, to the newest version. Comments are kept, secrets become references.",
  examples: [
    ["migrate --dry-run", "list what would be written"],
    ["migrate", "every document"],
  ],
  ...INPUT,
  load: () => import("./run-migrate.ts"),
});
