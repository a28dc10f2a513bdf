import type { CommandDefinition } from "../../command/command.ts";

/** `tieline catalog list` */
export const catalogListCommand: CommandDefinition = {
  name: "list",
  summary: "List the providers, all of them or those a filter leaves.",
  examples: [
    ["catalog list --category Calendar", "providers of one category"],
    ["catalog list --mcp --dcr", "MCP servers that need no OAuth client"],
    ["catalog list --auth-type api_key --json", "for machines"],
  ],
  args: [],
  options: [
    {
      flags: "--auth-type <type>",
      description: "only providers with this auth_type, such as oauth2",
    },
    {
      flags: "--category <category>",
      description: "only providers of this category",
    },
    { flags: "--mcp", description: "only MCP servers" },
    {
      flags: "--dcr",
      description: "only providers with dynamic client registration",
    },
  ],
  run: () => import("./run-list.ts"),
};
