import type { CommandDefinition } from "../../command.ts";
import { textOf } from "../../input.ts";

/** `tieline state pull <environment> <where>` */
export const statePullCommand: CommandDefinition = {
  name: "pull",
  summary:
    "Copy the state to the other backend or into a JSON file; what is newer there is never overwritten.",
  examples: [
    ["state pull prod prod-state.json", "a copy to keep"],
    ["state pull prod file", "from the git ref into files of this machine"],
  ],
  args: [
    {
      name: "environment",
      description: "environment whose state it is",
      isRequired: true,
    },
    {
      name: "where",
      description: "file, git, or a file that ends in .json",
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
    const where = textOf(input.args["where"]) ?? "";
    const result = await tools.pullState(session, where, io);
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "state-copy",
          environment: session.rules.name,
          is_changed: result.isChanged,
          serial: result.serial,
          receipts: result.receipts,
          exit_code: tools.EXIT.done,
        }),
      );
    else
      io.out(
        result.isChanged
          ? `Copied: inventory serial ${String(result.serial)}, ${String(result.receipts)} receipts.\n`
          : "Both hold the same already.\n",
      );
    return tools.EXIT.done;
  },
};
