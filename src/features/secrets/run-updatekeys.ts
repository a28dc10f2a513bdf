import { EXIT } from "../../command/exit-codes.ts";
import type { UpdatekeysInput } from "./command-updatekeys.ts";
import type { Io } from "../../command/io.ts";
import { plainText } from "../../output/escape.ts";
import { jsonText } from "../../output/json.ts";
import { updateKeys } from "./change.ts";
import { openTarget } from "./target.ts";

/** Carries out `tieline secrets updatekeys <file>`. Resolves to the exit status. */
export async function run(input: UpdatekeysInput, io: Io): Promise<number> {
  const target = await openTarget(input.args.file, input, io);
  const { isChanged, recipients } = await updateKeys(target, io);
  if (io.isJson)
    io.out(
      jsonText({
        kind: "secrets-updatekeys",
        file: target.shown,
        changed: isChanged,
        recipients,
        exit_code: EXIT.done,
      }),
    );
  else {
    io.out(
      `${plainText(target.shown)} ${isChanged ? "is now" : "is already"} encrypted to:\n${recipients.map((name) => `  ${plainText(name)}\n`).join("")}`,
    );
    if (isChanged && !io.isQuiet)
      io.err(
        "This revokes nothing: who was taken out knows the data key. Follow with tieline secrets rotate, and new values.\n",
      );
  }
  return EXIT.done;
}
