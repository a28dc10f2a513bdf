import { EXIT } from "../../command/exit-codes.ts";
import type { ExplainInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { UserError } from "../../domain/problem/error.ts";
import { openPreview } from "../../environment/api/offline.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { renderDiagnostics } from "../../output/diagnostics.ts";
import { errorPage, isCode, pageJson, pageText } from "./error-page.ts";
import { explainConnection, isIncomplete } from "./explain-connection.ts";
import { explanationJson } from "./json.ts";
import { renderExplanation } from "./text.ts";

/**
 * Carries out `tieline explain <environment> <connection> [field]`. Resolves to the exit status.
 */
export async function run(input: ExplainInput, io: Io): Promise<number> {
  const environment = input.args.environment;
  const connection = input.args.connection;
  if (connection === undefined) {
    if (!isCode(environment))
      throw new UserError("CLI001", "explain which connection?", {
        why: "explain looks at one connection, or at the code of a message",
        fix: "tieline explain <environment> <connection>; tieline status <environment> lists them",
        notDone: "nothing was explained",
      });
    const page = await errorPage(environment);
    return respond(io, {
      json: () => pageJson(page),
      text: () => pageText(page),
    });
  }
  const source = await openWorkspace(input, io);
  const explanation = await explainConnection(
    {
      environment,
      connection,
      field: input.args.field,
    },
    { source, env: io.env, previewOf: openPreview },
  );
  const exitCode = isIncomplete(explanation) ? EXIT.invalid : EXIT.done;
  return respond(io, {
    json: () => explanationJson(explanation),
    text: () => {
      const { diagnostics } = explanation;
      if (diagnostics.length > 0 && (!io.isQuiet || exitCode !== EXIT.done))
        io.err(renderDiagnostics(diagnostics, io.errStyle));
      return renderExplanation(explanation, io.style);
    },
    exitCode,
  });
}
