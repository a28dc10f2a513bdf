import { EXIT } from "../../command/exit-codes.ts";
import type { MergeInput } from "./command-merge.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { mergeFiles } from "./git/merge-files.ts";

/**
 * Carries out `tieline secrets merge <base> <ours> <theirs> <path>`. Resolves to the exit status.
 */
export async function run(input: MergeInput, io: Io): Promise<number> {
  const ours = input.args.ours;
  const path = input.args.path ?? ours;
  const result = await mergeFiles(
    {
      base: input.args.base,
      ours,
      theirs: input.args.theirs,
      path,
    },
    io,
  );
  const exitCode = result.kind === "merged" ? EXIT.done : EXIT.failed;
  const conflicts = result.kind === "merged" ? [] : result.paths;
  return respond(io, {
    json: () => ({ kind: "secrets-merge", path, conflicts }),
    print: () => {
      if (conflicts.length > 0)
        io.err(
          `${CONFLICT}: ${plainText(path)}: both sides changed ${conflicts.map((one) => plainText(one)).join(", ")}; ours was kept, set the right values with tieline secrets set\n`,
        );
    },
    exitCode,
  });
}

/** What git users see when both sides changed the same value. */
const CONFLICT = "SEC018";
