import { EXIT } from "../../command/exit-codes.ts";
import type { TextconvInput } from "./command-textconv.ts";
import type { Io } from "../../command/io.ts";
import { plainText } from "../../output/escape.ts";
import { jsonText } from "../../output/json.ts";
import { openTarget } from "./target.ts";
import { showValues } from "./git/textconv.ts";

/** Carries out `tieline secrets textconv <file>`. Resolves to the exit status. */
export async function run(input: TextconvInput, io: Io): Promise<number> {
  const target = await openTarget(input.args.file, input, io);
  const values = await showValues(target);
  if (io.isJson)
    io.out(
      jsonText({
        kind: "secrets-textconv",
        file: target.shown,
        values,
        exit_code: EXIT.done,
      }),
    );
  else
    io.out(
      values
        .map(({ path, shown }) => `${plainText(path)}: ${shown}\n`)
        .join(""),
    );
  return EXIT.done;
}
