import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline ledger blame <environment> <connection> [field]` */
export const ledgerBlameCommand: CommandDefinition = {
  name: "blame",
  summary:
    "Show which run last set each field of a connection: plan, commit, actor and time.",
  examples: [
    ["ledger blame prod gmail-support", "every field"],
    ["ledger blame prod gmail-support /scopes", "one field, or all below it"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
    {
      name: "connection",
      description: "connection to look at",
      isRequired: true,
    },
    {
      name: "field",
      description: "pointer of a field, such as /scopes or settings.timeout",
      isRequired: false,
    },
  ],
  options: [],
  run: async (tools, input, io) => {
    const environment = textOf(input.args["environment"]) ?? "";
    const field = textOf(input.args["field"]);
    const { state } = await tools.openStateSession(environment, input, io);
    const report = await tools.blame(state, {
      environment,
      connection: textOf(input.args["connection"]) ?? "",
      ...(field === undefined ? {} : { field }),
    });
    if (io.isJson)
      io.out(
        tools.jsonText({
          ...tools.blameJson(report),
          exit_code: tools.EXIT.done,
        }),
      );
    else io.out(tools.renderBlame(report, io.style));
    return tools.EXIT.done;
  },
};
