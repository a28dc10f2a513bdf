import { EXIT } from "../../command/exit-codes.ts";
import type { LedgerVerifyInput } from "./command-verify.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { openStateOf } from "../../command/open-state.ts";
import { verdictJson } from "./json.ts";
import { verifyLedger } from "./ledger-verify.ts";
import { renderVerdict } from "./text.ts";

/** Carries out `tieline ledger verify <environment>`. Resolves to the exit status. */
export async function run(input: LedgerVerifyInput, io: Io): Promise<number> {
  const { state } = await openStateOf(input.args.environment, input, io);
  const verdict = await verifyLedger(state);
  const isSound = verdict.findings.every((f) => f.severity !== "error");
  const exitCode = isSound ? EXIT.done : EXIT.invalid;
  return respond(io, {
    json: () => verdictJson(verdict),
    text: () => renderVerdict(verdict, io.style),
    exitCode: exitCode,
  });
}
