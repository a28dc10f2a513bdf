import { driftJson } from "./json.ts";
import { EXIT, exitCodeInStyle } from "../../command/exit-codes.ts";
import type { DriftInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respondInForm } from "../../command/write-forms.ts";

import { hasDrift } from "../../domain/drift.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { findEnvironmentDrift } from "./drift.ts";
import { driftForms } from "./forms.ts";
import { renderDrift } from "./text.ts";

/** Carries out `tieline drift <environment>`. Resolves to the exit status. */
export async function run(input: DriftInput, io: Io): Promise<number> {
  const name = input.args.environment;
  return withEnvironment(name, { input, io }, async (environment) => {
    const desired = await environment.documents();
    const report = await findEnvironmentDrift(desired, environment);
    const { detailedExitcode, exitCodeStyle } = input.options;
    const isTold = detailedExitcode || exitCodeStyle === "flux";
    const exitCode = exitCodeInStyle(
      report.unreadable.length > 0
        ? EXIT.failed
        : hasDrift(report) && isTold
          ? EXIT.changes
          : EXIT.done,
      exitCodeStyle,
    );
    return respondInForm(io, {
      ...driftForms(report, {
        root: environment.source.root,
        places: new Map(
          desired.connections.map(({ key, location }) => [key, location]),
        ),
      }),
      json: () => driftJson(report),
      text: () => renderDrift(report, io.style, { verbose: io.isVerbose }),
      exitCode,
    });
  });
}
