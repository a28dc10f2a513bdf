import { EXIT } from "../../command/exit-codes.ts";
import { writeFindings } from "../../command/findings-output.ts";
import type { ValidateInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { validateDocuments } from "../../environment/documents/documents.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { diagnosticJson, renderDiagnostics } from "../../output/diagnostics.ts";
import { plainText } from "../../output/escape.ts";
import { jsonText } from "../../output/json.ts";

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
  if (io.isJson) {
    io.out(
      jsonText({
        kind: "validation",
        valid: !isInvalid,
        environments: result.environments,
        diagnostics: result.diagnostics.map(diagnosticJson),
        exit_code: exitCode,
      }),
    );
    return exitCode;
  }
  const findings = result.diagnostics.map((diagnostic) => ({ diagnostic }));
  if (writeFindings({ findings, root: source.root }, input, io))
    return exitCode;
  if (result.diagnostics.length > 0)
    io.err(renderDiagnostics(result.diagnostics, io.errStyle));
  if (!isInvalid)
    for (const { name, connections } of result.environments)
      io.out(`${plainText(name)}: ${String(connections)} connections, valid\n`);
  return exitCode;
}
