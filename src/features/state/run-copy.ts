import type { CopyInput } from "./command-copy.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import type { pullState } from "./state-place.ts";
import { openStateOf } from "../../command/open-state.ts";

/** Carries out a copy in one direction. Resolves to the exit status. */
export async function runCopy(
  copy: typeof pullState,
  input: CopyInput,
  io: Io,
): Promise<number> {
  const opened = await openStateOf(input.args.environment, input, io);
  const where = input.args.where;
  const result = await copy(opened, where, io);
  return respond(io, {
    json: () => ({
      kind: "state-copy",
      environment: opened.rules.name,
      is_changed: result.isChanged,
      serial: result.serial,
      receipts: result.receipts,
    }),
    text: () =>
      result.isChanged
        ? `Copied: inventory serial ${String(result.serial)}, ${String(result.receipts)} receipts.\n`
        : "Both hold the same already.\n",
  });
}
