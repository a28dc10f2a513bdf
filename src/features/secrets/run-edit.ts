import type { EditInput } from "./command-edit.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { editTarget } from "./edit/edit-target.ts";
import { openTarget } from "./target.ts";

/** Carries out `tieline secrets edit <file>`. Resolves to the exit status. */
export async function run(input: EditInput, io: Io): Promise<number> {
  const target = await openTarget(input.args.file, input, io);
  const isChanged = await editTarget(target, io);
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
