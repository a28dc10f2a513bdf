import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

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
  run: async (tools, input, io) => {
    const file = textOf(input.options["out"]) ?? "plan-signing.pem";
    const publicKey = await tools.generateKeys(io.cwd, file);
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "signing-key",
          public_key: publicKey,
          exit_code: tools.EXIT.done,
        }),
      );
    else {
      io.out(`${publicKey}\n`);
      io.err(
        `The private key is in ${tools.plainText(file)}. Keep it out of the repository, and list the public one under signing.keys in environment.yaml.\n`,
      );
    }
    return tools.EXIT.done;
  },
};
