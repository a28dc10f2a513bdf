import type { CommandDefinition } from "../command.ts";
import { listOf } from "../input.ts";

/** `tieline usage <path…>` */
export const usageCommand: CommandDefinition = {
  name: "usage",
  summary:
    "Hold the connection names in your code against the environments: missing is an error, unused a note.",
  examples: [
    ["usage src", "all environments"],
    ["usage src services/mail --environment prod", "one environment"],
    ["usage . --json", "for machines"],
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
  ],
  run: async (tools, input, io) => {
    const report = await tools.findUsage({
      source: await tools.openWorkspace(input, io),
      code: tools.createCodeFiles({
        cwd: io.cwd,
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
    if (report.diagnostics.length > 0 && !io.isQuiet)
      io.err(tools.renderDiagnostics(report.diagnostics, io.errStyle));
    io.out(tools.renderUsage(report, io.style));
    return exitCode;
  },
};
