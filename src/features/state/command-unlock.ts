import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline state unlock <environment> --if-holder <id>` */
export const stateUnlockCommand: CommandDefinition = {
  name: "unlock",
  summary:
    "End the lease of a run that is gone and cannot be waited for. Its holder stops at its next renewal.",
  examples: [
    [
      "state unlock prod --if-holder 6f1c…",
      "end exactly this lease; state show tells its id",
    ],
  ],
  args: [
    {
      name: "environment",
      description: "environment whose state it is",
      isRequired: true,
    },
  ],
  options: [
    {
      flags: "--if-holder <id>",
      description: "id of the lease; another one is left alone",
    },
  ],
  run: async (tools, input, io) => {
    const session = await tools.openStateSession(
      textOf(input.args["environment"]) ?? "",
      input,
      io,
    );
    const id = textOf(input.options["ifHolder"]);
    if (id === undefined)
      throw new tools.UserError("CLI001", "unlock needs --if-holder", {
        why: "it ends exactly the lease you looked at, never one that was taken meanwhile",
        fix: "look at the id with: tieline state show",
        notDone: "nothing was changed",
      });
    await session.state.breakLease(id);
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "state-unlock",
          environment: session.rules.name,
          lease: id,
          exit_code: tools.EXIT.done,
        }),
      );
    else io.out("The lease is ended.\n");
    return tools.EXIT.done;
  },
};
