import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline status <environment>` */
export const statusCommand: CommandDefinition = {
  name: "status",
  summary:
    "Show what tieline owns in an environment, the last runs, and whether one was cut off.",
  examples: [
    ["status dev", "connections, runs, unfinished work"],
    ["status prod --json", "for machines"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
  ],
  options: [
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
      const report = await session.status();
      if (io.isJson)
        io.out(
          tools.jsonText({
            ...tools.statusJson(report),
            exit_code: tools.EXIT.done,
          }),
        );
      else io.out(tools.renderStatus(report, io.style));
      return tools.EXIT.done;
    } finally {
      await session.close();
    }
  },
};
