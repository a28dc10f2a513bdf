import type { UnsetInput } from "./command-unset.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { changeValues, pathOf } from "./change.ts";
import { openSecretsFile } from "./secrets-file.ts";

/** Carries out `tieline secrets unset <file> <path>`. Resolves to the exit status. */
export async function run(input: UnsetInput, io: Io): Promise<number> {
  const path = input.args.path;
  const target = await openSecretsFile(input.args.file, input, io);
  await changeValues(target, io, (editor) => {
    editor.unset(pathOf(path));
  });
  return respond(io, {
    json: () => ({ kind: "secrets-unset", file: target.shown, path }),
    text: () =>
      `took ${plainText(path)} out of ${plainText(target.shown)}; it stays in the history of the repository\n`,
  });
}
