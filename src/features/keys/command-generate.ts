import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { text, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {},
  options: {
    out: text(
      "file",
      "file for the private key, readable by its owner only (default: plan-signing.pem)",
    ),
  },
};

/** What it was given. */
export type KeysGenerateInput = InputOf<typeof INPUT>;

/** `tieline keys generate` */
export const keysGenerateCommand: CommandDefinition = defineCommand({
  name: "generate",
  summary:
    "Make a key pair for signing plans: the private key goes into a file, the public one is printed.",
  examples: [
    [
      "keys generate --out plan-signing.pem",
      "keep the file out of the repository; list the printed key in environment.yaml",
    ],
  ],
  ...INPUT,
  load: () => import("./run-generate.ts"),
});
