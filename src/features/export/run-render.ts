import { EXIT } from "../../command/exit-codes.ts";
import type { RenderInput } from "./command-render.ts";
import type { Io } from "../../command/io.ts";
import { writeTextFile } from "../../command/named-files.ts";
import { loadDesired } from "../../environment/documents/documents.ts";
import { connectionsNamed } from "../../environment/documents/known-names.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { renderDiagnostics } from "../../output/diagnostics.ts";
import { plainText } from "../../output/escape.ts";
import { renderedText } from "./rendered-text.ts";

/** Carries out `tieline render <environment>`. Resolves to the exit status. */
export async function run(input: RenderInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const desired = await loadDesired(source, input.args.environment, io.env);
  if (desired.diagnostics.length > 0 && !io.isQuiet && !io.isJson)
    io.err(renderDiagnostics(desired.diagnostics, io.errStyle));
  const connections = connectionsNamed(
    desired.connections,
    input.options.connection,
    "nothing was written",
  );
  const format = input.options.format;
  const text = renderedText(
    { ...desired, connections },
    {
      format: io.isJson || format === "json" ? "json" : "yaml",
      asVariables: format === "env",
    },
  );
  const out = input.options.out;
  if (out === undefined) io.out(text);
  else {
    await writeTextFile(io.cwd, out, text);
    if (!io.isQuiet) io.err(`written: ${plainText(out)}\n`);
  }
  return EXIT.done;
}
