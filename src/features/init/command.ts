import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  choice,
  list,
  optional,
  text,
  type InputOf,
} from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    folder: optional(
      "where (default: here; with --environment: the configuration that holds this folder, else here)",
    ),
  },
  options: {
    environment: text(
      "name",
      "add this environment to a configuration, or begin one",
      { short: "e" },
    ),
    target: text("origin", "where the environment's API is"),
    keyFile: text(
      "file",
      "private key of the environment's secrets; made when it does not exist (default: the first key where SOPS looks, else a new one there)",
    ),
    recipient: list(
      "public key",
      "who may open the secrets, instead of a key of this account",
    ),
    ci: choice(
      "system",
      ["github", "gitlab"],
      "write pipelines for the environments: review, apply, drift",
    ),
  },
};

/** What it was given. */
export type InitInput = InputOf<typeof INPUT>;

/** `tieline init [folder]` */
export const initCommand: CommandDefinition = defineCommand({
  name: "init",
  place: 10,
  summary:
    "Scaffold a configuration folder that plans and applies at once, against the embedded API; or add a real environment, with a key of its own, or pipelines.",
  examples: [
    ["init", "in this folder"],
    ["init my-connections", "in a new folder"],
    [
      "init --environment prod --target https://acme.scalekit.com",
      "a real environment",
    ],
    ["init --ci github", "workflows for the environments there are"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
