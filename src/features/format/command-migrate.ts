import type { CommandDefinition } from "../../command/command.ts";

/** `tieline migrate` */
export const migrateCommand: CommandDefinition = {
  name: "migrate",
  place: 60,
  summary:
    "Bring documents of older versions, or pasted from the vendor's page, to the newest version. Comments are kept, secrets become references.",
  examples: [
    ["migrate --dry-run", "list what would be written"],
    ["migrate", "every document"],
  ],
  args: [],
  options: [{ flags: "--dry-run", description: "write nothing" }],
  run: () => import("./run-migrate.ts"),
};
