import type { FormatReport } from "./format.ts";
import type { CommandDefinition, Toolbox } from "../../command/command.ts";
import { listOf } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";

/** `tieline fmt [path…]` */
export const fmtCommand: CommandDefinition = {
  name: "fmt",
  summary:
    "Bring documents into one form: order of fields, indentation, quotes. Keeps comments, the order of lists and the meaning.",
  examples: [
    ["fmt", "every document"],
    ["fmt connections/gmail-support.yaml", "one file"],
    ["fmt --check", "write nothing; exit 3 when a file is in another form"],
  ],
  args: [
    {
      name: "path",
      description: "files or folders (default: all documents)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--check",
      description: "write nothing, and exit 3 when something would be written",
    },
    { flags: "--dry-run", description: "write nothing, and list the files" },
  ],
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const paths = tools.documentPaths(
      source.root,
      io.cwd,
      listOf(input.args["path"]),
    );
    const report = await tools.formatDocuments(source, paths);
    const isCheck = input.options["check"] === true;
    const isDry = isCheck || input.options["dryRun"] === true;
    if (!isDry)
      await tools.createWorkspaceWriter(source.root).write(report.changes);
    const isBad =
      report.diagnostics.length > 0 || (isCheck && report.changes.length > 0);
    const exitCode = isBad ? tools.EXIT.invalid : tools.EXIT.done;
    if (io.isJson) {
      io.out(
        tools.jsonText({
          kind: "format",
          files: tools.fileChangesJson(report.changes),
          written: !isDry && report.changes.length > 0,
          unchanged: report.unchanged,
          left_alone: report.leftAlone,
          diagnostics: report.diagnostics.map(tools.diagnosticJson),
          exit_code: exitCode,
        }),
      );
      return exitCode;
    }
    printReport(report, isCheck ? "check" : isDry ? "dry" : "write", tools, io);
    return exitCode;
  },
};

function printReport(
  report: FormatReport,
  mode: "check" | "dry" | "write",
  tools: Toolbox,
  io: Io,
): void {
  const { changes, leftAlone, diagnostics, unchanged } = report;
  if (mode !== "check")
    io.out(tools.renderFileChanges(changes, mode === "dry"));
  else
    for (const { path } of changes)
      io.out(`not in the common form: ${tools.plainText(path)}\n`);
  for (const { path, why } of leftAlone)
    io.err(`left alone: ${tools.plainText(path)}: ${why}\n`);
  if (diagnostics.length > 0)
    io.err(tools.renderDiagnostics(diagnostics, io.errStyle));
  if (mode === "check" && changes.length > 0) io.err("run: tieline fmt\n");
  if (changes.length === 0 && diagnostics.length === 0)
    io.out(`${String(unchanged)} files are in the common form\n`);
}
