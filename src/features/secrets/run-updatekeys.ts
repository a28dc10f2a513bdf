import type { UpdatekeysInput } from "./command-updatekeys.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { updateKeys } from "./change.ts";
import { openSecretsFile } from "./secrets-file.ts";

/** Carries out `tieline secrets updatekeys <file>`. Resolves to the exit status. */
export async function run(input: UpdatekeysInput, io: Io): Promise<number> {
  const target = await openSecretsFile(input.args.file, input, io);
  const { isChanged, recipients } = await updateKeys(target, io);
  return respond(io, {
    json: () => ({
      kind: "secrets-updatekeys",
      file: target.shown,
      changed: isChanged,
      recipients,
    }),
    print: () => {
      io.out(
        `${plainText(target.shown)} ${isChanged ? "is now" : "is already"} encrypted to:\n${recipients.map((name) => `  ${plainText(name)}\n`).join("")}`,
      );
      if (isChanged && !io.isQuiet)
        io.err(
          "This revokes nothing: who was taken out knows the data key. Follow with tieline secrets rotate, and new values.\n",
        );
    },
  });
}
