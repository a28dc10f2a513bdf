import { EXIT } from "../../command/exit-codes.ts";
import type { CheckInput } from "./command-check.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { diagnosticJson, renderDiagnostics } from "../../output/diagnostics.ts";
import { plainText } from "../../output/escape.ts";
import { checkSecrets } from "./check.ts";

/** Carries out `tieline secrets check`. Resolves to the exit status. */
export async function run(input: CheckInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const { diagnostics, files } = await checkSecrets(source, io, {
    isStaged: input.options.staged,
    asksSecondEngine: input.options.secondEngine,
  });
  const isInvalid = hasErrors(diagnostics);
  const exitCode = isInvalid ? EXIT.invalid : EXIT.done;
  return respond(io, {
    json: () => ({
      kind: "secrets-check",
      valid: !isInvalid,
      files,
      diagnostics: diagnostics.map(diagnosticJson),
    }),
    text: () => {
      if (diagnostics.length > 0)
        io.err(renderDiagnostics(diagnostics, io.errStyle));
      return files
        .map(
          ({ path, verified }) =>
            `${plainText(path)}: ${verified ? "opened and verified" : "looked at without a key"}\n`,
        )
        .join("");
    },
    exitCode,
  });
}
