import type { EditInput } from "./command-edit.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { editFile } from "./edit/edit-file.ts";
import { openSecretsFile } from "./secrets-file.ts";

/** Carries out `tieline secrets edit <file>`. Resolves to the exit status. */
export async function run(input: EditInput, io: Io): Promise<number> {
  const target = await openSecretsFile(input.args.file, input, io);
  const isChanged = await editFile(target, io);
  return respond(io, {
    json: () => ({
      kind: "secrets-edit",
      file: target.shown,
      changed: isChanged,
    }),
    text: () =>
      isChanged ? `wrote ${plainText(target.shown)}\n` : "nothing changed\n",
  });
}
