import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline ledger show <environment> <receipt>` */
export const ledgerShowCommand: CommandDefinition = {
  name: "show",
  summary: "Show one receipt: every change of that run and its outcome.",
  examples: [
    ["ledger show prod 3f9a", "the receipt whose digest starts like this"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
    {
      name: "receipt",
      description: "digits its digest starts with, or the id of its run",
      isRequired: true,
    },
  ],
  options: [],
  run: async (tools, input, io) => {
    const { state } = await tools.openStateSession(
      textOf(input.args["environment"]) ?? "",
      input,
      io,
    );
    const receipt = tools.findReceipt(
      await state.readLedger(),
      textOf(input.args["receipt"]) ?? "",
    );
    if (io.isJson)
      io.out(
        tools.jsonText({
          ...tools.receiptJson(receipt),
          exit_code: tools.EXIT.done,
        }),
      );
    else io.out(tools.renderReceipt(receipt, io.style));
    return tools.EXIT.done;
  },
};
