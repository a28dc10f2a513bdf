import { EXIT } from "../../command/exit-codes.ts";
import { textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { consentJson } from "../../command/report-json.ts";
import { openSession } from "../../environment/session.ts";
import { jsonText } from "../../output/json.ts";
import { renderConsent } from "./text.ts";

/** Carries out `tieline consent <environment>`. Resolves to the exit status. */
export async function run(input: Input, io: Io): Promise<number> {
  const session = await openSession(
    textOf(input.args["environment"]) ?? "",
    input,
    io,
  );
  try {
    const report = await session.consent();
    const lags =
      report.connections.length > 0 &&
      input.options["detailedExitcode"] === true;
    const exitCode = lags ? EXIT.changes : EXIT.done;
    if (io.isJson)
      io.out(jsonText({ ...consentJson(report), exit_code: exitCode }));
    else io.out(renderConsent(report, io.style));
    return exitCode;
  } finally {
    await session.close();
  }
}
