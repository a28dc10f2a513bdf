import { documentPaths } from "../../command/document-paths.ts";
import { EXIT } from "../../command/exit-codes.ts";
import type { FmtInput } from "./command-fmt.ts";
import type { Io } from "../../command/io.ts";
import { respondInForm } from "../../command/write-forms.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { diagnosticJson, renderDiagnostics } from "../../output/diagnostics.ts";
import { plainText, safe, type SafeText } from "../../output/escape.ts";
import {
  fileChangesJson,
  renderFileChanges,
} from "../../output/file-changes.ts";
import { findingsForms } from "../../output/findings-forms.ts";
import { createWorkspaceWriter } from "../../sources/workspace-writer.ts";
import { countOf } from "../../util/count.ts";
import { type FormatReport, formatDocuments } from "./format.ts";
import { FORMAT_RULE, formatFindings } from "./format-findings.ts";

/** Carries out `tieline fmt [path…]`. Resolves to the exit status. */
export async function run(input: FmtInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const paths = documentPaths(source.root, io.cwd, input.args.path);
  const report = await formatDocuments(source, paths);
  const isCheck = input.options.check;
  const isDry = isCheck || input.options.dryRun;
  if (!isDry) await createWorkspaceWriter(source.root).write(report.changes);
  const isBad =
    report.diagnostics.length > 0 || (isCheck && report.changes.length > 0);
  const exitCode = isBad ? EXIT.invalid : EXIT.done;
  const findings = formatFindings(report, isCheck);
  return respondInForm(io, {
    ...findingsForms({
      findings,
      rules: [FORMAT_RULE],
      root: source.root,
      whole: ["tieline fmt", ...(isCheck ? ["--check"] : [])].join(" "),
      nothing: safe`${countOf(report.unchanged, "file")} in the common form`,
      closing: closingLines(
        report,
        isCheck ? "check" : isDry ? "dry" : "write",
      ),
    }),
    json: () => ({
      kind: "format",
      files: fileChangesJson(report.changes),
      written: !isDry && report.changes.length > 0,
      unchanged: report.unchanged,
      left_alone: report.leftAlone,
      diagnostics: report.diagnostics.map(diagnosticJson),
    }),
    print: () => {
      printReport(report, isCheck ? "check" : isDry ? "dry" : "write", io);
    },
    exitCode,
  });
}

/** What a run that checks nothing did to files, or would do. */
function closingLines(
  { changes, leftAlone }: FormatReport,
  mode: "check" | "dry" | "write",
): SafeText[] {
  const files = countOf(changes.length, "file");
  const verb = mode === "dry" ? "to bring" : "brought";
  return [
    ...(mode === "check" || changes.length === 0
      ? []
      : [safe`${files} ${verb} into the common form.`]),
    ...leftAlone.map(({ path, why }) => safe`Left alone: ${path}: ${why}`),
  ];
}

function printReport(
  report: FormatReport,
  mode: "check" | "dry" | "write",
  io: Io,
): void {
  const { changes, leftAlone, diagnostics, unchanged } = report;
  if (mode !== "check")
    io.out(renderFileChanges(changes, mode === "dry", io.style));
  else
    for (const { path } of changes)
      io.out(`not in the common form: ${plainText(path)}\n`);
  for (const { path, why } of leftAlone)
    io.err(`left alone: ${plainText(path)}: ${why}\n`);
  if (diagnostics.length > 0)
    io.err(renderDiagnostics(diagnostics, io.errStyle));
  if (mode === "check" && changes.length > 0) io.err("run: tieline fmt\n");
  if (changes.length === 0 && diagnostics.length === 0)
    io.out(`${String(unchanged)} files are in the common form\n`);
}
