import type { CommandDefinition } from "../../command/command.ts";
import { listOf } from "../../command/input.ts";

/** `tieline doctor [environment…]` */
export const doctorCommand: CommandDefinition = {
  name: "doctor",
  summary:
    "Look at everything a run needs: Node.js, documents, keys, API, clock, state, git. Each finding with its fix; changes nothing.",
  examples: [
    ["doctor", "this machine and every environment"],
    ["doctor prod --json", "one environment, for machines"],
  ],
  args: [
    {
      name: "environment",
      description: "environments to look at (default: all)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--target <origin>",
      description: "use another API than the environments name",
    },
  ],
  run: async (tools, input, io) => {
    const report = await tools.runDoctor(
      listOf(input.args["environment"]),
      input,
      io,
    );
    const isBad = tools.isAnyBad([
      ...report.general,
      ...report.environments.flatMap(({ results }) => results),
    ]);
    const exitCode = isBad ? tools.EXIT.failed : tools.EXIT.done;
    if (io.isJson)
      io.out(
        tools.jsonText({ ...tools.doctorJson(report), exit_code: exitCode }),
      );
    else io.out(tools.renderDoctor(report, io.style));
    return exitCode;
  },
};
