import { consentJson } from "./json.ts";
import { EXIT } from "../../command/exit-codes.ts";
import type { ConsentInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";

import { withEnvironment } from "../../command/open-environment.ts";
import { findConsentLag } from "./consent.ts";
import { renderConsent } from "./text.ts";

/** Carries out `tieline consent <environment>`. Resolves to the exit status. */
export async function run(input: ConsentInput, io: Io): Promise<number> {
  const name = input.args.environment;
  return withEnvironment(name, { input, io }, async (environment) => {
    const report = await findConsentLag(environment.name, environment);
    const lags =
      report.connections.length > 0 && input.options.detailedExitcode;
    const exitCode = lags ? EXIT.changes : EXIT.done;
    return respond(io, {
      json: () => consentJson(report),
      text: () => renderConsent(report, io.style),
      exitCode: exitCode,
    });
  });
}
