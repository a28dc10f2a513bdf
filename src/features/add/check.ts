import type { ProcessEnv } from "../../domain/environment-access.ts";
import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { SecretRef } from "../../domain/secret/secret.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { auditConnections } from "../../environment/documents/audit.ts";
import { withChanges } from "../../environment/documents/changed-source.ts";
import { assertEnvironments } from "../../environment/documents/known-names.ts";
import {
  readShared,
  resolveDocuments,
  type OfflineChecks,
  type ResolvedDocuments,
} from "../../environment/documents/documents.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Addition } from "./new-connection.ts";

/** What an environment makes of a new connection. */
export interface AddedEnvironment {
  readonly name: string;
  /** Paths of the secrets it refers to and the environment does not have yet. */
  readonly missingSecrets: readonly string[];
}

/** What a new file means for the workspace, before it is written. */
export interface AdditionCheck {
  /** Environments that get the connection, in the order of their folders. */
  readonly environments: readonly AddedEnvironment[];
  /** Problems of the new file, each once; missing secrets are not among them. */
  readonly diagnostics: readonly Diagnostic[];
}

/** References that lead nowhere yet: what the next command is for, not a problem of the file. */
const NOT_SET = "SEC001";

/** @throws UserError CLI041 for a name that is no environment of the workspace. */
export async function assertEnvironment(
  source: DocumentSource,
  name: string,
): Promise<void> {
  assertEnvironments([name], await source.listFolders(ENVIRONMENTS_FOLDER), {
    fix: "name one of them, or leave --environment out for a shared connection",
    notDone: "nothing was written",
  });
}

/**
 * Reads the workspace as it will be with a new file. Writes nothing.
 * @throws UserError CLI013 when the connection is there already, in this file or another.
 */
export async function checkAddition(
  source: DocumentSource,
  { connection, change }: Addition,
  env: ProcessEnv,
  checksFor: (rules: EnvironmentRules) => OfflineChecks,
): Promise<AdditionCheck> {
  const { name, environment } = connection;
  if ((await source.readFile(change.path)) !== null)
    throw thereAlready(name, change.path);
  const changed = withChanges(source, [change]);
  const shared = await readShared(changed);
  const names =
    environment === undefined
      ? await source.listFolders(ENVIRONMENTS_FOLDER)
      : [environment];
  const environments: AddedEnvironment[] = [];
  const found = new Map<string, Diagnostic>();
  for (const one of names) {
    const resolved = await resolveDocuments(changed, one, env, { shared });
    refuseTwice(resolved, name, change.path);
    const { diagnostics, missingSecrets } = await look(
      resolved,
      name,
      checksFor,
    );
    if (missingSecrets !== undefined)
      environments.push({ name: one, missingSecrets });
    for (const diagnostic of diagnostics)
      if (isAbout(diagnostic, name, change.path))
        found.set(`${diagnostic.code} ${diagnostic.message}`, diagnostic);
  }
  return { environments, diagnostics: [...found.values()] };
}

/**
 * A file of another name, or an overlay that was a connection of its own, may declare it as well.
 */
function refuseTwice(
  { authored }: ResolvedDocuments,
  name: string,
  path: string,
): void {
  const layers = authored.get(name)?.layers ?? [];
  const other = layers.find(
    ({ layer, document }) =>
      layer !== "template" && document.source.file !== path,
  );
  if (other !== undefined) throw thereAlready(name, other.document.source.file);
}

async function look(
  { rules, connections, diagnostics }: ResolvedDocuments,
  name: string,
  checksFor: (rules: EnvironmentRules) => OfflineChecks,
): Promise<{
  diagnostics: readonly Diagnostic[];
  missingSecrets?: readonly string[];
}> {
  const own = connections.filter(({ key }) => key === name);
  const [connection] = own;
  if (rules === null || connection === undefined) return { diagnostics };
  const checks = checksFor(rules);
  const audit = auditConnections(checks, rules, own);
  return {
    diagnostics: [...diagnostics, ...audit.diagnostics],
    missingSecrets: await missingOf([...connection.secrets.values()], checks),
  };
}

async function missingOf(
  references: readonly SecretRef[],
  checks: OfflineChecks,
): Promise<string[]> {
  const missing: string[] = [];
  for (const reference of references) {
    try {
      await checks.checkReference(reference);
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== NOT_SET) throw error;
      missing.push(reference.path);
    }
  }
  return missing;
}

function isAbout(
  { location, message }: Diagnostic,
  name: string,
  path: string,
): boolean {
  return location?.file === path || message.includes(`"${name}"`);
}

function thereAlready(name: string, file: string): UserError {
  return new UserError("CLI013", `the connection "${name}" already exists`, {
    why: `${file} declares it`,
    fix: "give the new one another name with --name, or edit that file",
    notDone: "nothing was written",
  });
}
