import type { LedgerShowInput } from "./command-show.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { openStateOf } from "../../command/open-state.ts";
import { findReceipt } from "./find-receipt.ts";
import { receiptJson } from "./json.ts";
import { renderReceipt } from "./text.ts";

/** Carries out `tieline ledger show <environment> <receipt>`. Resolves to the exit status. */
export async function run(input: LedgerShowInput, io: Io): Promise<number> {
  const { state } = await openStateOf(input.args.environment, input, io);
  const receipt = findReceipt(await state.readLedger(), input.args.receipt);
  return respond(io, {
    json: () => receiptJson(receipt),
    text: () => renderReceipt(receipt, io.style),
  });
}
