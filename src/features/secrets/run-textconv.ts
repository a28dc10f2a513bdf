import type { TextconvInput } from "./command-textconv.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { openSecretsFile } from "./secrets-file.ts";
import { showValues } from "./git/textconv.ts";

/** Carries out `tieline secrets textconv <file>`. Resolves to the exit status. */
export async function run(input: TextconvInput, io: Io): Promise<number> {
  const target = await openSecretsFile(input.args.file, input, io);
  const values = await showValues(target);
  return respond(io, {
    json: () => ({ kind: "secrets-textconv", file: target.shown, values }),
    text: () =>
      values
        .map(({ path, shown }) => `${plainText(path)}: ${shown}\n`)
        .join(""),
  });
}
