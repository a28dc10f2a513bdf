import type { KeysGenerateInput } from "./command-generate.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { generateKeys } from "./signing-keys.ts";

/** Carries out `tieline keys generate`. Resolves to the exit status. */
export async function run(input: KeysGenerateInput, io: Io): Promise<number> {
  const file = input.options.out ?? "plan-signing.pem";
  const publicKey = await generateKeys(io.cwd, file);
  return respond(io, {
    json: () => ({ kind: "signing-key", public_key: publicKey }),
    print: () => {
      io.out(`${publicKey}\n`);
      io.err(
        `The private key is in ${plainText(file)}. Keep it out of the repository, and list the public one under signing.keys in environment.yaml.\n`,
      );
    },
  });
}
