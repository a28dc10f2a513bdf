import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import { argumentWord, shellWord } from "../../util/shell-word.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { type AppError, UserError } from "../../domain/problem/error.ts";
import { nearest } from "../../util/nearest.ts";
import {
  invalidDocuments,
  resolveDocuments,
  type ResolvedDocuments,
} from "../../environment/documents/documents.ts";
import { listed } from "../../environment/documents/known-names.ts";
import type { ExplainContext, ExplainRequest } from "./request.ts";

/**
 * Why an environment has no connection of a name: its file cannot be understood, the environment
 * leaves it out (and the line that does), only others have it, or nobody has.
 */
export async function notThere(
  { environment, connection }: ExplainRequest,
  documents: ResolvedDocuments,
  context: ExplainContext,
): Promise<AppError> {
  // The file of a connection that could not be read is all there is to say about it.
  const own = documents.diagnostics.filter(
    ({ location }) =>
      location !== undefined && stemOf(location.file) === connection,
  );
  const leftOut = documents.leftOut.get(connection);
  if (leftOut === undefined && hasErrors(own)) return invalidDocuments(own);
  const elsewhere = await environmentsWith(connection, environment, context);
  const others = elsewhere.length === 0 ? "" : `; ${listed(elsewhere)} has it`;
  const fix =
    elsewhere[0] === undefined
      ? undefined
      : `tieline explain ${shellWord(elsewhere[0])} ${argumentWord(connection)}`;
  if (leftOut !== undefined) {
    const { file, line, column } = leftOut.location;
    const place = `${file}:${String(line)}:${String(column)}`;
    return new UserError(
      "CLI040",
      `the environment "${environment}" leaves "${connection}" out${others}`,
      {
        why:
          leftOut.selector === undefined
            ? `connections.include at ${place} does not name it`
            : `"${leftOut.selector}" under connections.exclude at ${place} matches it`,
        fix: `change that line to take it in${fix === undefined ? "" : `, or look at it elsewhere: ${fix}`}`,
        notDone: "nothing was explained",
      },
    );
  }
  const names = [...documents.authored.keys(), ...documents.leftOut.keys()];
  const near = nearest(connection, names);
  return new UserError(
    "CLI040",
    `there is no connection "${connection.slice(0, 300)}" in "${environment}"${near === undefined ? "" : `; did you mean "${near}"?`}${others}`,
    {
      why:
        names.length === 0
          ? "it has no connections at all"
          : `its connections are ${listed([...documents.authored.keys()].sort())}`,
      fix:
        near === undefined
          ? (fix ?? "name one of them, or write its file in connections/")
          : `tieline explain ${shellWord(environment)} ${argumentWord(near)}`,
      notDone: "nothing was explained",
    },
  );
}

async function environmentsWith(
  connection: string,
  except: string,
  { source, env }: ExplainContext,
): Promise<readonly string[]> {
  const names = await source.listFolders(ENVIRONMENTS_FOLDER);
  const found: string[] = [];
  for (const name of names) {
    if (name === except) continue;
    const { authored, rules } = await resolveDocuments(source, name, env);
    if (rules !== null && authored.has(connection)) found.push(name);
  }
  return found;
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/u, "");
}
