import type { CommandDefinition } from "../command.ts";
import { listOf, textOf } from "../input.ts";

/** `tieline apply <environment | plan file>` */
export const applyCommand: CommandDefinition = {
  name: "apply",
  summary:
    "Make the platform agree: apply a plan file, or plan now and apply after confirmation.",
  examples: [
    ["apply dev", "plan, ask, apply"],
    ["apply dev --yes", "plan and apply without asking (guards still hold)"],
    ["apply plan.json", "apply exactly the plan that was reviewed"],
  ],
  args: [
    {
      name: "what",
      description: "environment, or plan file (a name that ends in .json)",
      isRequired: true,
    },
  ],
  options: [
    { flags: "--yes", description: "answer the confirmation; lifts no guard" },
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
    const what = textOf(input.args["what"]) ?? "";
    const file = what.endsWith(".json")
      ? await tools.readPlan(io.cwd, what)
      : undefined;
    const session = await tools.openSession(
      file?.environment ?? what,
      input,
      io,
      { planOnly: file !== undefined },
    );
    try {
      const approvals = tools.approvalsOf(
        listOf(input.options["approve"]),
        textOf(input.options["reason"]),
      );
      const plan = file ?? (await session.plan(approvals)).plan;
      if (!io.isJson && !io.isQuiet)
        io.err(tools.renderPlan(plan, io.errStyle, { verbose: io.isVerbose }));
      if (file === undefined && plan.changes.length > 0) {
        session.assertApplicable(plan);
        if (input.options["yes"] !== true) await tools.confirm(plan, io);
      }
      const result = await session.apply(plan);
      const exitCode =
        result.result === "interrupted"
          ? tools.interruptedCode(io)
          : tools.exitCodeOfOutcomes(result.outcomes);
      if (io.isJson)
        io.out(
          tools.jsonText({ ...tools.runJson(result), exit_code: exitCode }),
        );
      else io.out(tools.renderRun(result, io.style));
      return exitCode;
    } finally {
      await session.close();
    }
  },
};
