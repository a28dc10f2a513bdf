import { driftJson } from "./json.ts";
import { EXIT } from "../../command/exit-codes.ts";
import type { DriftInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";

import { hasDrift } from "../../domain/drift.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { findEnvironmentDrift } from "./drift.ts";
import { renderDriftMarkdown } from "./markdown.ts";
import { renderDrift } from "./text.ts";

/** Carries out `tieline drift <environment>`. Resolves to the exit status. */
export async function run(input: DriftInput, io: Io): Promise<number> {
  const name = input.args.environment;
  return withEnvironment(name, { input, io }, async (environment) => {
    const report = await findEnvironmentDrift(
      await environment.documents(),
      environment,
    );
    const isDrifted = hasDrift(report);
    const exitCode =
      report.unreadable.length > 0
        ? EXIT.failed
        : isDrifted && input.options.detailedExitcode
          ? EXIT.changes
          : EXIT.done;
    return respond(io, {
      json: () => driftJson(report),
      text: () =>
        input.options.output === "markdown"
          ? renderDriftMarkdown(report)
          : renderDrift(report, io.style),
      exitCode: exitCode,
    });
  });
}
