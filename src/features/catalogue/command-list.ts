import { defineCommand, type CommandDefinition } from "../../command/command.ts";
import { flag, text, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {},
  options: {authType: text("type", "only providers with this auth_type, such as oauth2"), category: text("category", "only providers of this category"), mcp: flag("only MCP servers"), dcr: flag("only providers with dynamic client registration")},
};

/** What it was given. */
export type CatalogueListInput = InputOf<typeof INPUT>;

/** `tieline catalog list` */
export const catalogueListCommand: CommandDefinition = defineCommand({
name: "list",
summary: "List the providers, all of them or those a filter leaves.",
examples: [
    ["catalog list --category Calendar", "providers of one category"],
    ["catalog list --mcp --dcr", "MCP servers that need no OAuth client"],
    ["catalog list --auth-type api_key --json", "for machines"],
  ],
...INPUT,
load: () => import("./run-list.ts"),
});
