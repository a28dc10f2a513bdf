import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline ledger log <environment>` */
export const ledgerLogCommand: CommandDefinition = {
  name: "log",
  summary: "List the runs recorded for an environment, newest first.",
  examples: [
    ["ledger log prod", "who applied what, and when"],
    ["ledger log prod --limit 3 --json", "the last three, for machines"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
  ],
  options: [{ flags: "--limit <count>", description: "at most this many" }],
  run: async (tools, input, io) => {
    const environment = textOf(input.args["environment"]) ?? "";
    const limit = tools.countOption(input.options["limit"], "--limit");
    const { state } = await tools.openStateSession(environment, input, io);
    const ledger = [...(await state.readLedger())].reverse().slice(0, limit);
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "ledger",
          environment,
          receipts: ledger.map(tools.receiptJson),
          exit_code: tools.EXIT.done,
        }),
      );
    else io.out(tools.renderLedger(ledger, io.style));
    return tools.EXIT.done;
  },
};
