import type { CommandDefinition } from "../command.ts";
import { textOf } from "../input.ts";

/** `tieline explain <environment> <connection> [field]` */
export const explainCommand: CommandDefinition = {
  name: "explain",
  summary:
    "Tell where each value of a connection was written, what it hides, what it means, and what the API will receive.",
  examples: [
    ["explain prod gmail-support", "every field that is set"],
    ["explain prod gmail-support scopes", "one field in full"],
    ["explain prod gmail-support settings", "a group of fields"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at",
      isRequired: true,
    },
    {
      name: "connection",
      description: "connection to explain",
      isRequired: true,
    },
    {
      name: "field",
      description: "field or group, such as scopes or settings.timeout",
      isRequired: false,
    },
  ],
  options: [],
  run: async (tools, input, io) => {
    const source = await tools.openWorkspace(input, io);
    const explanation = await tools.explainConnection(
      {
        environment: textOf(input.args["environment"]) ?? "",
        connection: textOf(input.args["connection"]) ?? "",
        field: textOf(input.args["field"]),
      },
      { source, env: io.env, previewOf: tools.openPreview },
    );
    const exitCode = tools.isIncomplete(explanation)
      ? tools.EXIT.invalid
      : tools.EXIT.done;
    if (io.isJson) {
      io.out(tools.jsonText(tools.explanationJson(explanation, exitCode)));
      return exitCode;
    }
    const { diagnostics } = explanation;
    if (diagnostics.length > 0 && (!io.isQuiet || exitCode !== tools.EXIT.done))
      io.err(tools.renderDiagnostics(diagnostics, io.errStyle));
    io.out(tools.renderExplanation(explanation, io.style));
    return exitCode;
  },
};
