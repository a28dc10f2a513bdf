import type { PromoteInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { runPromotion } from "./promotion.ts";

/** Carries out `tieline promote <from> <to> [connection…]`. Resolves to the exit status. */
export function run(input: PromoteInput, io: Io): Promise<number> {
  return runPromotion(
    {
      from: input.args.from,
      to: input.args.to,
      keys: input.args.connection,
      fields: input.options.field,
      isDry: input.options.dryRun,
    },
    input,
    io,
  );
}
