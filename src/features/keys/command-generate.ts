import type { CommandDefinition } from "../../command/command.ts";

/** `tieline keys generate` */
export const keysGenerateCommand: CommandDefinition = {
  name: "generate",
  summary:
    "Make a key pair for signing plans: the private key goes into a file, the public one is printed.",
  examples: [
    [
      "keys generate --out plan-signing.pem",
      "keep the file out of the repository; list the printed key in environment.yaml",
    ],
  ],
  args: [],
  options: [
    {
      flags: "--out <file>",
      description:
        "file for the private key, readable by its owner only (default: plan-signing.pem)",
    },
  ],
  run: () => import("./run-generate.ts"),
};
