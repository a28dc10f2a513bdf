import { listOf, textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { runPromotion } from "./promotion.ts";

/** Carries out `tieline promote <from> <to> [connection…]`. Resolves to the exit status. */
export function run(input: Input, io: Io): Promise<number> {
  return runPromotion(
    {
      from: textOf(input.args["from"]) ?? "",
      to: textOf(input.args["to"]) ?? "",
      keys: listOf(input.args["connection"]),
      fields: listOf(input.options["field"]),
      isDry: input.options["dryRun"] === true,
    },
    input,
    io,
  );
}
