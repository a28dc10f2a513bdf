import { EXIT } from "../../command/exit-codes.ts";
import type { ValidateInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respondInForm } from "../../command/write-forms.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { validateDocuments } from "../../environment/documents/documents.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { diagnosticJson, renderDiagnostics } from "../../output/diagnostics.ts";
import { plainText, safe } from "../../output/escape.ts";
import { findingsForms } from "../../output/findings-forms.ts";
import { countOf } from "../../util/count.ts";
import { shellWord } from "../../util/shell-word.ts";

/** Carries out `tieline validate [environment…]`. Resolves to the exit status. */
export async function run(input: ValidateInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const names = input.args.environment;
  const result = await validateDocuments(
    source,
    names,
    io.env,
    openOfflineChecks(source),
  );
  const isInvalid = hasErrors(result.diagnostics);
  const exitCode = isInvalid ? EXIT.invalid : EXIT.done;
  const findings = result.diagnostics.map((diagnostic) => ({ diagnostic }));
  return respondInForm(io, {
    ...findingsForms({
      findings,
      root: source.root,
      whole: ["tieline validate", ...names.map(shellWord)].join(" "),
      nothing: safe`${countOf(result.environments.length, "environment")} valid`,
    }),
    json: () => ({
      kind: "validation",
      valid: !isInvalid,
      environments: result.environments,
      diagnostics: result.diagnostics.map(diagnosticJson),
    }),
    text: () => {
      if (result.diagnostics.length > 0)
        io.err(renderDiagnostics(result.diagnostics, io.errStyle));
      return isInvalid
        ? ""
        : result.environments
            .map(
              ({ name, connections }) =>
                `${plainText(name)}: ${String(connections)} connections, valid\n`,
            )
            .join("");
    },
    exitCode,
  });
}
