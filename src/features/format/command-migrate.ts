import type { CommandDefinition } from "../../command/command.ts";

/** `tieline migrate` */
export const migrateCommand: CommandDefinition = {
  name: "migrate",
  summary:
    "Bring documents of older versions, or pasted from the vendor's page, to the newest version. Comments are kept, secrets become references.",
  examples: [
    ["migrate --dry-run", "list what would be written"],
    ["migrate", "every document"],
  ],
  args: [],
  options: [{ flags: "--dry-run", description: "write nothing" }],
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const { changes, current, diagnostics } =
      await tools.migrateDocuments(source);
    const isDry = input.options["dryRun"] === true;
    if (!isDry) await tools.createWorkspaceWriter(source.root).write(changes);
    const exitCode = tools.hasErrors(diagnostics)
      ? tools.EXIT.invalid
      : tools.EXIT.done;
    if (io.isJson) {
      io.out(
        tools.jsonText({
          kind: "migration",
          files: tools.fileChangesJson(changes),
          written: !isDry && changes.length > 0,
          current,
          diagnostics: diagnostics.map(tools.diagnosticJson),
          exit_code: exitCode,
        }),
      );
      return exitCode;
    }
    // Files are listed, not compared line by line: what goes may be a secret.
    io.out(tools.renderFileChanges(changes, isDry));
    if (diagnostics.length > 0)
      io.err(tools.renderDiagnostics(diagnostics, io.errStyle));
    if (changes.length === 0 && diagnostics.length === 0)
      io.out(`${String(current)} files are of the newest version\n`);
    else if (changes.length > 0 && !isDry) io.out("\nNext: tieline validate\n");
    return exitCode;
  },
};
