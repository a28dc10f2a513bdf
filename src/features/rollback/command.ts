import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline rollback <environment> --to <receipt>` */
export const rollbackCommand: CommandDefinition = {
  name: "rollback",
  summary:
    "Prepare going back to the documents of an earlier run: the plan, the files, and what cannot be undone. Never writes to the API.",
  examples: [
    ["rollback prod --to 3f9a", "what going back to that receipt would do"],
    [
      "rollback prod --to 3f9a --write",
      "write the documents of that time, to review and commit",
    ],
  ],
  args: [
    {
      name: "environment",
      description: "environment to take back",
      isRequired: true,
    },
  ],
  options: [
    {
      flags: "--to <receipt>",
      description: "digits its digest starts with: see ledger log",
    },
    {
      flags: "--write",
      description: "write the files; everything must be committed",
    },
    {
      flags: "--target <origin>",
      description: "use another API than the environment names",
    },
  ],
  run: async (tools, input, io) => {
    const rollback = await tools.prepareRollback(
      textOf(input.args["environment"]) ?? "",
      textOf(input.options["to"]) ?? "",
      input,
      io,
    );
    const isWritten = input.options["write"] === true;
    if (isWritten) await rollback.write();
    if (io.isJson)
      io.out(
        tools.jsonText({
          ...tools.rollbackJson(rollback, isWritten),
          exit_code: tools.EXIT.done,
        }),
      );
    else {
      const { environment, target, files, limits, plan } = rollback;
      io.out(tools.renderPlan(plan, io.style, { verbose: io.isVerbose }));
      io.out(
        tools.renderRollback(
          {
            environment,
            receipt: target.receipt.digest,
            commit: target.commit,
            files,
            limits,
            isWritten,
          },
          io.style,
        ),
      );
    }
    return tools.EXIT.done;
  },
};
