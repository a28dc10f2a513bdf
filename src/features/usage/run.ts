import { EXIT } from "../../command/exit-codes.ts";
import type { UsageInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respondInForm } from "../../command/write-forms.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { renderDiagnostics } from "../../output/diagnostics.ts";
import { safe } from "../../output/escape.ts";
import { findingsForms } from "../../output/findings-forms.ts";
import { createCodeFiles } from "../../sources/code-files.ts";
import { codeLanguage } from "./code/language.ts";
import { usageJson } from "./json.ts";
import { renderUsage, unheldLines, urgentUsage } from "./text.ts";
import { findUsage } from "./usage.ts";
import { countOf } from "../../util/count.ts";
import { shellWord } from "../../util/shell-word.ts";

/** Carries out `tieline usage <path…>`. Resolves to the exit status. */
export async function run(input: UsageInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const report = await findUsage({
    source,
    code: createCodeFiles({
      cwd: io.cwd,
      // People click on paths from where they are; programs take them from the workspace.
      base: /^(?:text|json)$/u.test(io.form) ? io.cwd : source.root,
      isCode: (name) => codeLanguage(name) !== undefined,
    }),
    environments: input.options.environment,
    paths: input.args.path,
    env: io.env,
  });
  const exitCode = hasErrors(report.diagnostics) ? EXIT.invalid : EXIT.done;
  const findings = report.diagnostics.map((diagnostic) => ({ diagnostic }));
  return respondInForm(io, {
    ...findingsForms({
      findings,
      root: source.root,
      whole: ["tieline usage", ...input.args.path.map(shellWord)].join(" "),
      nothing: safe`${countOf(report.filesScanned, "file")} scanned, nothing found`,
      closing: unheldLines(report),
    }),
    json: () => usageJson(report),
    text: () => {
      const urgent = urgentUsage(report.diagnostics);
      if (urgent.length > 0) io.err(renderDiagnostics(urgent, io.errStyle));
      return renderUsage(report, io.style);
    },
    exitCode,
  });
}
