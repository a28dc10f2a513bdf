import type { CommandDefinition } from "../../command/command.ts";

/** `tieline init [folder]` */
export const initCommand: CommandDefinition = {
  name: "init",
  place: 10,
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
  run: () => import("./run.ts"),
};
