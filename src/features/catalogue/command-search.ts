import type { CommandDefinition } from "../../command/command.ts";

/** `tieline catalog search <words…>` */
export const catalogSearchCommand: CommandDefinition = {
  name: "search",
  summary:
    "Find providers by name, short name or category; slips of the keyboard are forgiven.",
  examples: [
    ["catalog search google calendar", "best matches first"],
    ["catalog search salesfroce", "finds salesforce"],
  ],
  args: [
    {
      name: "words",
      description: "what to look for",
      isRequired: true,
      isVariadic: true,
    },
  ],
  options: [],
  run: () => import("./run-search.ts"),
};
