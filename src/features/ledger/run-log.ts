import { countOption } from "../../command/count-option.ts";
import type { LedgerLogInput } from "./command-log.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { openStateOf } from "../../command/open-state.ts";
import { receiptJson } from "./json.ts";
import { renderLedger } from "./text.ts";

/** Carries out `tieline ledger log <environment>`. Resolves to the exit status. */
export async function run(input: LedgerLogInput, io: Io): Promise<number> {
  const environment = input.args.environment;
  const limit = countOption(input.options.limit, "--limit");
  const { state } = await openStateOf(environment, input, io);
  const ledger = [...(await state.readLedger())].reverse().slice(0, limit);
  return respond(io, {
    json: () => ({
      kind: "ledger",
      environment,
      receipts: ledger.map(receiptJson),
    }),
    text: () => renderLedger(ledger, io.style),
  });
}
