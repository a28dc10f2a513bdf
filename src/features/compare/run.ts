import { EXIT } from "../../command/exit-codes.ts";
import type { CompareInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respondInForm } from "../../command/write-forms.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { resolvePair, compareEnvironments } from "./compare.ts";
import { comparisonForms } from "./forms.ts";
import { comparisonJson } from "./json.ts";
import { hasDifferences } from "./report.ts";
import { renderComparison } from "./text.ts";

/**
 * Carries out `tieline compare <environment> <other> [connection…]`. Resolves to the exit status.
 */
export async function run(input: CompareInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const pair = await resolvePair(
    source,
    [input.args.environment, input.args.other],
    io.env,
  );
  const comparison = compareEnvironments(pair, input.args.connection);
  const exitCode =
    hasDifferences(comparison) && input.options.detailedExitcode
      ? EXIT.changes
      : EXIT.done;
  return respondInForm(io, {
    ...comparisonForms(comparison, input.options.all),
    json: () => comparisonJson(comparison),
    text: () =>
      renderComparison(comparison, {
        ...io.style,
        showsDeclared: input.options.all,
      }),
    exitCode,
  });
}
