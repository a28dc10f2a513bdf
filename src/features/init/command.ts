import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** What a newcomer types after it, in this order. */
const NEXT: readonly string[] = [
  "tieline plan dev               what an apply would do",
  "tieline apply dev              do it, in the embedded API: no account is needed",
  "tieline add <provider>         a connection of your own; tieline catalog search <words> finds providers",
  "tieline init --environment prod --target https://<yours>.scalekit.com    a real environment, with a key of its own",
];

/** `tieline init [folder]` */
export const initCommand: CommandDefinition = {
  name: "init",
  summary:
    "Scaffold a configuration folder that plans and applies at once, against the embedded API; or add a real environment, with a key of its own.",
  examples: [
    ["init", "in this folder"],
    ["init my-connections", "in a new folder"],
    [
      "init --environment prod --target https://acme.scalekit.com",
      "a real environment",
    ],
  ],
  args: [
    {
      name: "folder",
      description:
        "where (default: here; with --environment: the configuration that holds this folder, else here)",
      isRequired: false,
    },
  ],
  options: [
    {
      flags: "--environment <name>",
      description: "add this environment to a configuration, or begin one",
    },
    {
      flags: "--target <origin>",
      description: "where the environment's API is",
    },
    {
      flags: "--key-file <file>",
      description:
        "private key of the environment's secrets; made when it does not exist (default: the first key where SOPS looks, else a new one there)",
    },
    {
      flags: "--recipient <public key>",
      description: "who may open the secrets, instead of a key of this account",
      isRepeatable: true,
    },
  ],
  run: async (tools, input, io) => {
    const asked = tools.askedEnvironment(input, io);
    if (asked !== undefined) return tools.initEnvironment(asked, input, io);
    const folder = textOf(input.args["folder"]) ?? ".";
    const files = await tools.scaffold(io.cwd, folder, tools.documentSchemas());
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "scaffold",
          folder,
          files,
          exit_code: tools.EXIT.done,
        }),
      );
    else {
      const next = [
        ...(folder === "." ? [] : [`cd ${tools.plainText(folder)}`]),
        ...NEXT,
      ];
      io.out(
        `${files.map((file) => `wrote ${tools.plainText(file)}\n`).join("")}\nNext:\n${next.map((line) => `  ${line}\n`).join("")}`,
      );
    }
    return tools.EXIT.done;
  },
};
