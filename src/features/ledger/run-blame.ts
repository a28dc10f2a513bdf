import { EXIT } from "../../command/exit-codes.ts";
import type { LedgerBlameInput } from "./command-blame.ts";
import type { Io } from "../../command/io.ts";
import { jsonText } from "../../output/json.ts";
import { openStateSession } from "../../command/open-state.ts";
import { blame } from "./blame.ts";
import { blameJson } from "./json.ts";
import { renderBlame } from "./text.ts";

/** Carries out `tieline ledger blame <environment> <connection> [field]`. Resolves to the exit status. */
export async function run(input: LedgerBlameInput, io: Io): Promise<number> {
  const environment = input.args.environment;
  const field = input.args.field;
  const { state } = await openStateSession(environment, input, io);
  const report = await blame(state, {
    environment,
    connection: input.args.connection,
    ...(field === undefined ? {} : { field }),
  });
  if (io.isJson)
    io.out(
      jsonText({
        ...blameJson(report),
        exit_code: EXIT.done,
      }),
    );
  else io.out(renderBlame(report, io.style));
  return EXIT.done;
}
