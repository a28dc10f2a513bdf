import type { CommandDefinition } from "../../command/command.ts";
import { listOf, textOf } from "../../command/input.ts";
import { FINDINGS_OUTPUT } from "../findings-option.ts";

/** `tieline usage <path…>` */
export const usageCommand: CommandDefinition = {
  name: "usage",
  summary:
    "Hold the connection names in your code against the environments: missing is an error, unused a note.",
  examples: [
    ["usage src", "all environments"],
    ["usage src services/mail --environment prod", "one environment"],
    ["usage . --json", "for machines"],
    ["usage src --output github", "annotations in a pull request"],
  ],
  args: [
    {
      name: "path",
      description: "folders or files of TypeScript, JavaScript or Python",
      isRequired: true,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--environment <name>",
      description: "environment the code runs in (default: all)",
      isRepeatable: true,
    },
    FINDINGS_OUTPUT,
  ],
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const output = textOf(input.options["output"]) ?? "text";
    const report = await tools.findUsage({
      source,
      code: tools.createCodeFiles({
        cwd: io.cwd,
        // People click on paths from where they are; programs take them from the workspace.
        base: /^(?:sarif|github)$/u.test(output) ? source.root : io.cwd,
        isCode: (name) => tools.codeLanguage(name) !== undefined,
      }),
      environments: listOf(input.options["environment"]),
      paths: listOf(input.args["path"]),
      env: io.env,
    });
    const exitCode = tools.hasErrors(report.diagnostics)
      ? tools.EXIT.invalid
      : tools.EXIT.done;
    if (io.isJson) {
      io.out(tools.jsonText(tools.usageJson(report, exitCode)));
      return exitCode;
    }
    const findings = report.diagnostics.map((diagnostic) => ({ diagnostic }));
    if (tools.writeFindings(findings, source.root, input, io)) return exitCode;
    const urgent = tools.urgentUsage(report.diagnostics);
    if (urgent.length > 0) io.err(tools.renderDiagnostics(urgent, io.errStyle));
    io.out(tools.renderUsage(report, io.style));
    return exitCode;
  },
};
