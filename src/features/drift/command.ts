import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline drift <environment>` */
export const driftCommand: CommandDefinition = {
  name: "drift",
  summary:
    "Compare the platform with what was last applied: what someone changed there, field by field. Needs no key.",
  examples: [
    ["drift prod", "what moved on the platform"],
    ["drift prod --detailed-exitcode", "exit 2 when something did"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
  ],
  options: [
    { flags: "--detailed-exitcode", description: "exit 2 when there is drift" },
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
      const report = await session.drift();
      const isDrifted = tools.hasDrift(report);
      const exitCode =
        report.unreadable.length > 0
          ? tools.EXIT.failed
          : isDrifted && input.options["detailedExitcode"] === true
            ? tools.EXIT.changes
            : tools.EXIT.done;
      if (io.isJson)
        io.out(
          tools.jsonText({ ...tools.driftJson(report), exit_code: exitCode }),
        );
      else io.out(tools.renderDrift(report, io.style));
      return exitCode;
    } finally {
      await session.close();
    }
  },
};
