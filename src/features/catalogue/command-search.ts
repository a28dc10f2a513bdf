import type { CommandDefinition } from "../../command/command.ts";
import { listOf } from "../../command/input.ts";

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
  run: async (tools, input, io) => {
    const search = tools.searchCatalogue(
      await tools.loadCatalogue(),
      listOf(input.args["words"]),
    );
    if (io.isJson)
      io.out(
        tools.jsonText({
          ...tools.catalogListJson(search),
          exit_code: tools.EXIT.done,
        }),
      );
    else io.out(tools.renderCatalogSearch(search, io.style));
    return tools.EXIT.done;
  },
};
