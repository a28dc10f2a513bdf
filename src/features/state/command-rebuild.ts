import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";
import { YES_OPTION } from "../plan/options.ts";

/** `tieline state rebuild <environment>` */
export const stateRebuildCommand: CommandDefinition = {
  name: "rebuild",
  summary:
    "Make a lost inventory anew from live and the documents: takes in what is equal, writes nothing to the API.",
  examples: [
    ["state rebuild prod", "show what would be taken in, then ask"],
    ["state rebuild prod --yes", "without asking"],
  ],
  args: [
    {
      name: "environment",
      description: "environment whose state it is",
      isRequired: true,
    },
  ],
  options: [
    YES_OPTION,
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
      const proposal = await session.proposeRebuild();
      const isEmpty = proposal.entries.length === 0;
      if (!io.isJson) io.out(tools.renderRebuild(proposal, io.style));
      if (!isEmpty) {
        if (input.options["yes"] !== true)
          await tools.askYes("Store this inventory?", io);
        await session.storeRebuilt(proposal);
      }
      if (io.isJson)
        io.out(
          tools.jsonText({
            ...tools.rebuildJson(proposal, !isEmpty),
            exit_code: tools.EXIT.done,
          }),
        );
      return tools.EXIT.done;
    } finally {
      await session.close();
    }
  },
};
