import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline ledger verify <environment>` */
export const ledgerVerifyCommand: CommandDefinition = {
  name: "verify",
  summary:
    "Check that no receipt was altered, and that what each says was done is what its plan announced.",
  examples: [
    ["ledger verify prod", "exit 3 when something does not hold together"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
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
    const verdict = await tools.verifyLedger(state);
    const isSound = verdict.findings.every((f) => f.severity !== "error");
    const exitCode = isSound ? tools.EXIT.done : tools.EXIT.invalid;
    if (io.isJson)
      io.out(
        tools.jsonText({ ...tools.verdictJson(verdict), exit_code: exitCode }),
      );
    else io.out(tools.renderVerdict(verdict, io.style));
    return exitCode;
  },
};
