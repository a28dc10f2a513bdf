import { EXIT } from "../../command/exit-codes.ts";
import type { MigrateInput } from "./command-migrate.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { diagnosticJson, renderDiagnostics } from "../../output/diagnostics.ts";
import {
  fileChangesJson,
  renderFileChanges,
} from "../../output/file-changes.ts";
import { createWorkspaceWriter } from "../../sources/workspace-writer.ts";
import { migrateDocuments } from "./migrate.ts";

/** Carries out `tieline migrate`. Resolves to the exit status. */
export async function run(input: MigrateInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const { changes, current, diagnostics } = await migrateDocuments(source);
  const isDry = input.options.dryRun;
  if (!isDry) await createWorkspaceWriter(source.root).write(changes);
  const exitCode = hasErrors(diagnostics) ? EXIT.invalid : EXIT.done;
  return respond(io, {
    json: () => ({
      kind: "migration",
      files: fileChangesJson(changes),
      written: !isDry && changes.length > 0,
      current,
      diagnostics: diagnostics.map(diagnosticJson),
    }),
    print: () => {
      // Files are listed, not compared line by line: what goes may be a secret.
      io.out(renderFileChanges(changes, isDry, io.style));
      if (diagnostics.length > 0)
        io.err(renderDiagnostics(diagnostics, io.errStyle));
      if (changes.length === 0 && diagnostics.length === 0)
        io.out(`${String(current)} files are of the newest version\n`);
      else if (changes.length > 0 && !isDry)
        io.out("\nNext: tieline validate\n");
    },
    exitCode,
  });
}
