import type { CommandDefinition } from "../../command/command.ts";

/** `tieline catalog show <provider>` */
export const catalogShowCommand: CommandDefinition = {
  name: "show",
  summary:
    "Show what a provider needs: fields, OAuth client, scopes with their reach, offline access.",
  examples: [
    ["catalog show gmail", "fields, client, scopes, offline access"],
    ["catalog show gmail --json", "for machines, with every scope"],
  ],
  args: [
    {
      name: "provider",
      description: "provider to show, as documents name it",
      isRequired: true,
    },
  ],
  options: [],
  run: () => import("./run-show.ts"),
};
