import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** `tieline explain <environment> <connection> [field]` and `tieline explain <code>` */
export const explainCommand: CommandDefinition = {
  name: "explain",
  summary:
    "Tell where each value of a connection was written, what it hides, what it means, and what the API will receive; or what an error code means.",
  examples: [
    ["explain prod gmail-support", "every field that is set"],
    ["explain prod gmail-support scopes", "one field in full"],
    ["explain prod gmail-support settings", "a group of fields"],
    ["explain SCH001", "the page of an error: causes, and how to fix it"],
  ],
  args: [
    {
      name: "environment",
      description: "environment to look at, or the code of a message",
      isRequired: true,
    },
    {
      name: "connection",
      description: "connection to explain",
      isRequired: false,
    },
    {
      name: "field",
      description: "field or group, such as scopes or settings.timeout",
      isRequired: false,
    },
  ],
  options: [],
  run: async (tools, input, io) => {
    const environment = textOf(input.args["environment"]) ?? "";
    const connection = textOf(input.args["connection"]);
    if (connection === undefined) {
      if (!tools.isCode(environment))
        throw new tools.UserError("CLI001", "explain which connection?", {
          why: "explain looks at one connection, or at the code of a message",
          fix: "tieline explain <environment> <connection>; tieline status <environment> lists them",
          notDone: "nothing was explained",
        });
      const { code, page } = await tools.errorPage(environment);
      io.out(
        io.isJson
          ? tools.jsonText({
              kind: "page",
              code,
              page,
              exit_code: tools.EXIT.done,
            })
          : page,
      );
      return tools.EXIT.done;
    }
    const source = await tools.openWorkspace(input, io);
    const explanation = await tools.explainConnection(
      {
        environment,
        connection,
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
