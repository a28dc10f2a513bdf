import type { CommandDefinition } from "../../command/command.ts";
import { listOf } from "../../command/input.ts";
import { FINDINGS_OUTPUT } from "../findings-option.ts";

/** `tieline validate [environment…]` */
export const validateCommand: CommandDefinition = {
  name: "validate",
  summary:
    "Check documents: every problem of every file in one run. Needs no network and no key.",
  examples: [
    ["validate", "every environment and the shared connections"],
    ["validate prod", "one environment"],
    ["validate --json", "for machines"],
    ["validate --output github", "annotations of a workflow run"],
  ],
  args: [
    {
      name: "environment",
      description: "environments to check (default: all)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [FINDINGS_OUTPUT],
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const names = listOf(input.args["environment"]);
    const result = await tools.validateDocuments(
      source,
      names,
      io.env,
      tools.openOfflineChecks(source),
    );
    const isInvalid = tools.hasErrors(result.diagnostics);
    const exitCode = isInvalid ? tools.EXIT.invalid : tools.EXIT.done;
    if (io.isJson) {
      io.out(
        tools.jsonText({
          kind: "validation",
          valid: !isInvalid,
          environments: result.environments,
          diagnostics: result.diagnostics.map(tools.diagnosticJson),
          exit_code: exitCode,
        }),
      );
      return exitCode;
    }
    const findings = result.diagnostics.map((diagnostic) => ({ diagnostic }));
    if (tools.writeFindings(findings, source.root, input, io)) return exitCode;
    if (result.diagnostics.length > 0)
      io.err(tools.renderDiagnostics(result.diagnostics, io.errStyle));
    if (!isInvalid)
      for (const { name, connections } of result.environments)
        io.out(
          `${tools.plainText(name)}: ${String(connections)} connections, valid\n`,
        );
    return exitCode;
  },
};
