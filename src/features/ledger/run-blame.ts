import type { LedgerBlameInput } from "./command-blame.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { openStateOf } from "../../command/open-state.ts";
import { blame } from "./blame.ts";
import { blameJson } from "./json.ts";
import { renderBlame } from "./text.ts";

/**
 * Carries out `tieline ledger blame <environment> <connection> [field]`. Resolves to the exit
 * status.
 */
export async function run(input: LedgerBlameInput, io: Io): Promise<number> {
  const environment = input.args.environment;
  const field = input.args.field;
  const { state } = await openStateOf(environment, input, io);
  const report = await blame(state, {
    environment,
    connection: input.args.connection,
    ...(field === undefined ? {} : { field }),
  });
  return respond(io, {
    json: () => blameJson(report),
    text: () => renderBlame(report, io.style),
  });
}
