import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline state show <environment>` */
export const stateShowCommand: CommandDefinition = {
  name: "show",
  summary: "Show what is stored: inventory, ledger length, lease and open run.",
  examples: [
    ["state show prod", "what we own, and who holds the lease"],
    ["state show prod --json", "with every last applied field"],
  ],
  args: [
    {
      name: "environment",
      description: "environment whose state it is",
      isRequired: true,
    },
  ],
  options: [],
  run: async (tools, input, io) => {
    const session = await tools.openStateSession(
      textOf(input.args["environment"]) ?? "",
      input,
      io,
    );
    const report = await tools.readStateReport(session);
    if (io.isJson)
      io.out(
        tools.jsonText({
          ...tools.stateJson(report),
          exit_code: tools.EXIT.done,
        }),
      );
    else io.out(tools.renderState(report, io.style));
    return tools.EXIT.done;
  },
};
