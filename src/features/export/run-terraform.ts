import type { ExportTerraformInput } from "./command-terraform.ts";
import type { Io } from "../../command/io.ts";
import { loadDesired } from "../../environment/documents/documents.ts";
import { renderDiagnostics } from "../../output/diagnostics.ts";
import { openStateOf } from "../../command/open-state.ts";
import { terraformFiles } from "./environment-terraform.ts";
import { writeExport } from "./export-files.ts";

/** Carries out `tieline export terraform <environment>`. Resolves to the exit status. */
export async function run(
  input: ExportTerraformInput,
  io: Io,
): Promise<number> {
  const environment = input.args.environment;
  const opened = await openStateOf(environment, input, io);
  const { files, diagnostics, withoutId } = terraformFiles({
    desired: await loadDesired(opened.source, environment, io.env),
    inventory: await opened.state.readInventory(),
    only: input.options.connection,
    provider: input.options.provider === "builtin" ? "builtin" : "restapi",
  });
  if (diagnostics.length > 0 && !io.isQuiet && !io.isJson)
    io.err(renderDiagnostics(diagnostics, io.errStyle));
  return writeExport(files, withoutId, input, io);
}
