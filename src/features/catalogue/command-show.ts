import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

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
  run: async (tools, input, io) => {
    const card = tools.describeProvider(
      await tools.loadCatalogue(),
      textOf(input.args["provider"]) ?? "",
    );
    if (io.isJson)
      io.out(
        tools.jsonText({
          ...tools.providerCardJson(card),
          exit_code: tools.EXIT.done,
        }),
      );
    else io.out(tools.renderProviderCard(card, io.style));
    return tools.EXIT.done;
  },
};
