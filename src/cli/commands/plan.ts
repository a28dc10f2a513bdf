import type { CommandDefinition } from "../command.ts";
import { listOf, textOf } from "../input.ts";

/** `tieline plan <environment>` */
export const planCommand: CommandDefinition = {
  name: "plan",
  summary:
    "Show what an apply would do, and what it means. Writes nothing to the API; works without any key.",
  examples: [
    ["plan dev", "what would change in dev"],
    [
      "plan prod --out plan.json",
      "keep the plan, to review and apply exactly it",
    ],
    ["plan prod --detailed-exitcode", "exit 2 when there are changes"],
    [
      "plan prod --approve PLN104:gmail-support --reason 'new client'",
      "let one guard pass for one connection",
    ],
  ],
  args: [
    {
      name: "environment",
      description: "environment to plan",
      isRequired: true,
    },
  ],
  options: [
    { flags: "--out <file>", description: "write the plan file" },
    {
      flags: "--detailed-exitcode",
      description: "exit 2 when there are changes",
    },
    {
      flags: "--approve <guard:connection>",
      description: "let a guard pass for a connection; may be repeated",
      isRepeatable: true,
    },
    { flags: "--reason <text>", description: "why, for --approve" },
    {
      flags: "--target <origin>",
      description: "use another API than the environment names",
    },
  ],
  run: async (tools, input, io) => {
    const session = await tools.openSession(
      textOf(input.args["environment"]) ?? "",
      input,
      io,
    );
    try {
      const approvals = tools.approvalsOf(
        listOf(input.options["approve"]),
        textOf(input.options["reason"]),
      );
      const { plan, diagnostics } = await session.plan(approvals);
      const out = textOf(input.options["out"]);
      if (out !== undefined)
        await tools.writeTextFile(io.cwd, out, tools.jsonText(plan));
      if (io.isJson) io.out(tools.jsonText(plan));
      else {
        if (diagnostics.length > 0 && !io.isQuiet)
          io.err(tools.renderDiagnostics(diagnostics, io.errStyle));
        io.out(tools.renderPlan(plan, io.style, { verbose: io.isVerbose }));
        if (out !== undefined)
          io.err(
            `The plan is in ${tools.plainText(out)}. Apply exactly it with: tieline apply ${tools.plainText(out)}\n`,
          );
      }
      if (plan.findings.some((finding) => finding.level === "refuse"))
        return tools.EXIT.refused;
      return plan.changes.length > 0 &&
        input.options["detailedExitcode"] === true
        ? tools.EXIT.changes
        : tools.EXIT.done;
    } finally {
      await session.close();
    }
  },
};
