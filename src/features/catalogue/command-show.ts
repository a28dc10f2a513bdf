import { defineCommand, type CommandDefinition } from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {provider: required("provider to show, as documents name it")},
  options: {},
};

/** What it was given. */
export type CatalogueShowInput = InputOf<typeof INPUT>;

/** `tieline catalog show <provider>` */
export const catalogueShowCommand: CommandDefinition = defineCommand({
name: "show",
summary:
    "Show what a provider needs: fields, OAuth client, scopes with their reach, offline access.",
examples: [
    ["catalog show gmail", "fields, client, scopes, offline access"],
    ["catalog show gmail --json", "for machines, with every scope"],
  ],
...INPUT,
load: () => import("./run-show.ts"),
});
