import type { CommandDefinition } from "../../command.ts";
import { textOf } from "../../input.ts";

/** `tieline state push <environment> <where>` */
export const statePushCommand: CommandDefinition = {
  name: "push",
  summary:
    "Copy a state from the other backend or a JSON file to where the environment keeps it; what is newer here is never overwritten.",
  examples: [
    [
      "state push prod file",
      "from files into the git ref, after changing state.backend",
    ],
    ["state push prod prod-state.json", "put a copy back"],
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
    const result = await tools.pushState(session, where, io);
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
