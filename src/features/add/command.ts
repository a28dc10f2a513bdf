import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  flag,
  list,
  required,
  text,
  type InputOf,
} from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    provider: required(
      "a provider of the catalogue: tieline catalog search <words>",
    ),
  },
  options: {
    name: text(
      "name",
      "the connection name your code asks for (default: the provider's)",
    ),
    authType: text(
      "type",
      "how it authenticates, where the provider has several ways",
    ),
    clientId: text(
      "id",
      "identifier of your OAuth client; its secret is stored with: secrets set",
    ),
    platformClient: flag("use the OAuth client that the platform lends"),
    scope: list("scope", "permission to ask for; may be repeated"),
    owner: text("team", "the team that answers for it"),
    description: text("text", "what it is for"),
    template: text(
      "name",
      "a template to start from; it gives what is not said here",
    ),
    environment: text(
      "name",
      "only for this environment (default: shared by all)",
      { short: "e" },
    ),
    dryRun: flag("print the file instead of writing it"),
  },
};

/** What it was given. */
export type AddInput = InputOf<typeof INPUT>;

/** `tieline add <provider>` */
export const addCommand: CommandDefinition = defineCommand({
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
  ...INPUT,
  load: () => import("./run.ts"),
});
