import { EXIT } from "../../command/exit-codes.ts";
import { textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { jsonText } from "../../output/json.ts";
import { openStateSession } from "../../command/open-state.ts";
import { findReceipt } from "./find-receipt.ts";
import { receiptJson } from "./json.ts";
import { renderReceipt } from "./text.ts";

/** Carries out `tieline ledger show <environment> <receipt>`. Resolves to the exit status. */
export async function run(input: Input, io: Io): Promise<number> {
  const { state } = await openStateSession(
    textOf(input.args["environment"]) ?? "",
    input,
    io,
  );
  const receipt = findReceipt(
    await state.readLedger(),
    textOf(input.args["receipt"]) ?? "",
  );
  if (io.isJson)
    io.out(
      jsonText({
        ...receiptJson(receipt),
        exit_code: EXIT.done,
      }),
    );
  else io.out(renderReceipt(receipt, io.style));
  return EXIT.done;
}
