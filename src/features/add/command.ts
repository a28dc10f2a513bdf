import type { CommandDefinition } from "../../command/command.ts";

/** `tieline add <provider>` */
export const addCommand: CommandDefinition = {
  name: "add",
  place: 30,
  summary:
    "Write the file of a new connection, with what its provider needs and what each line means. Asks on a terminal.",
  examples: [
    ["add gmail", "asks for what it has to know"],
    [
      "add gmail --name gmail-support --client-id 1234.apps.example --scope https://www.googleapis.com/auth/gmail.send",
      "without questions",
    ],
    ["add notionmcp --dry-run", "what would be written"],
  ],
  args: [
    {
      name: "provider",
      description:
        "a provider of the catalogue: tieline catalog search <words>",
      isRequired: true,
    },
  ],
  options: [
    {
      flags: "--name <name>",
      description:
        "the connection name your code asks for (default: the provider's)",
    },
    {
      flags: "--auth-type <type>",
      description: "how it authenticates, where the provider has several ways",
    },
    {
      flags: "--client-id <id>",
      description:
        "identifier of your OAuth client; its secret is stored with: secrets set",
    },
    {
      flags: "--platform-client",
      description: "use the OAuth client that the platform lends",
    },
    {
      flags: "--scope <scope>",
      description: "permission to ask for; may be repeated",
      isRepeatable: true,
    },
    { flags: "--owner <team>", description: "the team that answers for it" },
    { flags: "--description <text>", description: "what it is for" },
    {
      flags: "--template <name>",
      description: "a template to start from; it gives what is not said here",
    },
    {
      flags: "--environment <name>",
      description: "only for this environment (default: shared by all)",
    },
    { flags: "--dry-run", description: "print the file instead of writing it" },
  ],
  run: () => import("./run.ts"),
};
