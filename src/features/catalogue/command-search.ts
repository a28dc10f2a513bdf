import { defineCommand, type CommandDefinition } from "../../command/command.ts";
import { several, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {words: several("what to look for")},
  options: {},
};

/** What it was given. */
export type CatalogueSearchInput = InputOf<typeof INPUT>;

/** `tieline catalog search <words…>` */
export const catalogueSearchCommand: CommandDefinition = defineCommand({
name: "search",
summary:
    "Find providers by name, short name or category; slips of the keyboard are forgiven.",
examples: [
    ["catalog search google calendar", "best matches first"],
    ["catalog search salesfroce", "finds salesforce"],
  ],
...INPUT,
load: () => import("./run-search.ts"),
});
