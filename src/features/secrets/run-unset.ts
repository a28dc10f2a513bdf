import { EXIT } from "../../command/exit-codes.ts";
import { textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { plainText } from "../../output/escape.ts";
import { jsonText } from "../../output/json.ts";
import { changeValues, pathOf } from "./change.ts";
import { openTarget } from "./target.ts";

/** Carries out `tieline secrets unset <file> <path>`. Resolves to the exit status. */
export async function run(input: Input, io: Io): Promise<number> {
  const path = textOf(input.args["path"]) ?? "";
  const target = await openTarget(textOf(input.args["file"]) ?? "", input, io);
  await changeValues(target, io, (editor) => {
    editor.unset(pathOf(path));
  });
  if (io.isJson)
    io.out(
      jsonText({
        kind: "secrets-unset",
        file: target.shown,
        path,
        exit_code: EXIT.done,
      }),
    );
  else
    io.out(
      `took ${plainText(path)} out of ${plainText(target.shown)}; it stays in the history of the repository\n`,
    );
  return EXIT.done;
}
