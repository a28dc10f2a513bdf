/**
 * The commands of the catalogue: which providers there are and what each of them needs. They read
 * package data alone: no folder, no network.
 */
import type { CommandGroup } from "../../command/command.ts";
import { catalogueListCommand } from "./command-list.ts";
import { catalogueSearchCommand } from "./command-search.ts";
import { catalogueShowCommand } from "./command-show.ts";

/** `tieline catalog …` */
export const catalogueCommands: CommandGroup = {
  name: "catalog",
  place: 20,
  summary: "The providers a connection can name, and what each needs.",
  examples: [
    ["catalog search google calendar", "find a provider"],
    ["catalog show gmail", "what a connection to it needs"],
  ],
  subcommands: [catalogueListCommand, catalogueSearchCommand, catalogueShowCommand],
};
