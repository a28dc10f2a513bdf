import type { RotateInput } from "./command-rotate.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { rotate } from "./change.ts";
import { openSecretsFile } from "./secrets-file.ts";

/** Carries out `tieline secrets rotate <file>`. Resolves to the exit status. */
export async function run(input: RotateInput, io: Io): Promise<number> {
  const target = await openSecretsFile(input.args.file, input, io);
  const recipients = await rotate(target, io, input.options.recipientsFromFile);
  return respond(io, {
    json: () => ({ kind: "secrets-rotate", file: target.shown, recipients }),
    text: () =>
      `${plainText(target.shown)} has a new data key, for:\n${recipients.map((name) => `  ${plainText(name)}\n`).join("")}`,
  });
}
