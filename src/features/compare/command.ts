import type { CommandDefinition } from "../../command/command.ts";
import { listOf, textOf } from "../../command/input.ts";

/** `tieline compare <environment> <other> [connection…]` */
export const compareCommand: CommandDefinition = {
  name: "compare",
  summary:
    "How two environments differ in what they ask for. Leaves out what is meant to differ; needs no network and no key.",
  examples: [
    ["compare staging prod", "every connection"],
    ["compare staging prod gmail-support", "one connection"],
    ["compare staging prod --all", "what is meant to differ too"],
    ["compare staging prod --detailed-exitcode", "exit 2 when they differ"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to start from",
      isRequired: true,
    },
    {
      name: "other",
      description: "environment to compare it with",
      isRequired: true,
    },
    {
      name: "connection",
      description: "connections to compare (default: all)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    { flags: "--all", description: "show what is meant to differ too" },
    {
      flags: "--detailed-exitcode",
      description: "exit 2 when they differ in something nobody declared",
    },
  ],
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const pair = await tools.resolvePair(
      source,
      [
        textOf(input.args["environment"]) ?? "",
        textOf(input.args["other"]) ?? "",
      ],
      io.env,
    );
    const comparison = tools.compareEnvironments(
      pair,
      listOf(input.args["connection"]),
    );
    const exitCode =
      tools.hasDifferences(comparison) &&
      input.options["detailedExitcode"] === true
        ? tools.EXIT.changes
        : tools.EXIT.done;
    if (io.isJson)
      io.out(
        tools.jsonText({
          ...tools.comparisonJson(comparison),
          exit_code: exitCode,
        }),
      );
    else
      io.out(
        tools.renderComparison(comparison, {
          ...io.style,
          showsDeclared: input.options["all"] === true,
        }),
      );
    return exitCode;
  },
};
