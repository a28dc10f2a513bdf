import { TEMPLATES_FOLDER } from "../../domain/document-folders.ts";
import {
  BASE_FOLDER,
  ENVIRONMENTS_FOLDER,
} from "../../domain/document-folders.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import {
  checkSharedDocuments,
  type SharedDocuments,
} from "../../documents/layers/base-documents.ts";
import { readEnvironment } from "../../documents/layers/environment.ts";
import {
  resolveInSteps,
  type Resolution,
} from "../../documents/layers/resolve.ts";
import type { CompiledPolicy } from "../../domain/policy.ts";
import { compilePolicies } from "../../engine/policies/compile.ts";
import {
  compareDiagnostics,
  hasErrors,
  type Diagnostic,
  distinctDiagnostics,
} from "../../domain/problem/diagnostic.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { InvalidDocumentsError } from "../../domain/problem/error.ts";
import type { SecretRef } from "../../domain/secret/secret.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import { inTurns } from "../../platform/jobs/turns.ts";
import type { SourceFile } from "../../domain/source-file.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { auditConnections } from "./audit.ts";
import { assertEnvironments } from "./known-names.ts";
import { unsaid, visitSecrets } from "../secrets/secret-state.ts";
import { append } from "../../util/append.ts";

/** The documents of one environment, resolved and without an error. */
export interface Desired {
  readonly rules: EnvironmentRules;
  readonly connections: readonly DesiredConnection[];
  readonly documentsDigest: string;
  /**
   * The connections as people wrote them; none when absent.
   * @internal
   */
  readonly authored?: Resolution["authored"];
  /** The team's own rules, compiled; none when absent. */
  readonly policies?: readonly CompiledPolicy[];
  /** Warnings and notes; there are no errors among them. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads what every environment shares. */
export async function readShared(
  source: DocumentSource,
): Promise<SharedDocuments> {
  const [base, templates] = await Promise.all([
    source.readFolder(BASE_FOLDER),
    source.readFolder(TEMPLATES_FOLDER),
  ]);
  return { base, templates };
}

/** What was read already of what an environment is made of. */
export interface ReadDocuments {
  readonly shared?: SharedDocuments | undefined;
  readonly environmentFile?: SourceFile | null | undefined;
}

/**
 * The rules of one environment as far as its own file alone tells them, and that file; without
 * rules where it has errors.
 * @throws UserError CLI041 for a name that is no environment of the workspace.
 */
export async function readRules(
  source: DocumentSource,
  name: string,
): Promise<{
  readonly rules: EnvironmentRules | null;
  readonly environmentFile: SourceFile | null;
}> {
  await assertEnvironment(source, name);
  const environmentFile = await source.readFile(
    `${ENVIRONMENTS_FOLDER}/${name}/environment.yaml`,
  );
  const { rules } = readEnvironment({ name, environmentFile });
  return { rules, environmentFile };
}

/**
 * Reads and resolves one environment, except for what was read already. Every problem of every file
 * is in the result; nothing is thrown for a bad document.
 * @throws UserError CLI041 for a name that is no environment of the workspace.
 */
export async function resolveDocuments(
  source: DocumentSource,
  name: string,
  env: ProcessEnv,
  { shared, environmentFile: known }: ReadDocuments = {},
): Promise<ResolvedDocuments> {
  await assertEnvironment(source, name);
  const folder = `${ENVIRONMENTS_FOLDER}/${name}`;
  const [environmentFile, { base, templates }, overlays] = await Promise.all([
    known === undefined
      ? source.readFile(`${folder}/environment.yaml`)
      : Promise.resolve(known),
    shared ?? readShared(source),
    source.readFolder(`${folder}/connections`),
  ]);
  // An answer of the platform is taken in between.
  const resolution = await inTurns(
    resolveInSteps({ name, environmentFile, base, overlays, templates, env }),
  );
  const { policies, diagnostics } = await compilePolicies(
    resolution.rules?.policies ?? [],
  );
  return {
    ...resolution,
    policies,
    diagnostics:
      diagnostics.length === 0
        ? resolution.diagnostics
        : [...resolution.diagnostics, ...diagnostics].sort(compareDiagnostics),
  };
}

async function assertEnvironment(
  source: DocumentSource,
  name: string,
): Promise<void> {
  const known = await source.listFolders(ENVIRONMENTS_FOLDER);
  // Also what keeps a name from being a way through folders, to other files than an environment's
  // own.
  assertEnvironments([name], known, {
    fix:
      known.length === 0
        ? "run the command in the folder that holds your configuration, name it with --root, or make one with: tieline init"
        : "name one of these",
    notDone: "nothing was read or changed",
  });
}

/** An environment's documents with its policies, as far as both could be understood. */
export interface ResolvedDocuments extends Resolution {
  readonly policies: readonly CompiledPolicy[];
}

/**
 * The documents of one environment, ready to plan.
 * @throws InvalidDocumentsError CFG000 with every problem, when one of them is an error.
 */
export async function loadDesired(
  source: DocumentSource,
  name: string,
  env: ProcessEnv,
  read: ReadDocuments = {},
): Promise<Desired> {
  const resolution = await resolveDocuments(source, name, env, read);
  const { rules, connections, diagnostics, documentsDigest, policies } =
    resolution;
  if (rules === null || hasErrors(diagnostics))
    throw invalidDocuments(diagnostics);
  return {
    rules,
    connections,
    authored: resolution.authored,
    documentsDigest: documentsDigest(),
    diagnostics,
    policies,
  };
}

/** What a validation found. */
export interface Validation {
  /** Environments looked at, sorted. */
  readonly environments: readonly {
    readonly name: string;
    readonly connections: number;
  }[];
  /** Sorted by place, without repetitions. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What can be checked about an environment's documents without a request and without a key. */
export interface OfflineChecks {
  /** What the environment's API cannot represent. */
  readonly audit: ConnectionsReader["audit"];
  /** Throws an AppError for a reference that leads nowhere. */
  readonly checkReference: (ref: SecretRef) => Promise<void>;
  /** What is wrong with the files of secrets as such. */
  readonly checkFiles: () => Promise<readonly Diagnostic[]>;
}

/**
 * Checks the documents of the named environments, or of all of them and the shared ones no
 * environment uses: everything a plan would refuse them for, as far as neither network nor key is
 * needed.
 */
export async function validateDocuments(
  source: DocumentSource,
  names: readonly string[],
  env: ProcessEnv,
  checksFor: (rules: EnvironmentRules) => OfflineChecks,
): Promise<Validation> {
  const found =
    names.length > 0 ? names : await source.listFolders(ENVIRONMENTS_FOLDER);
  const environments: { name: string; connections: number }[] = [];
  const diagnostics: Diagnostic[] = [];
  // Read once: what was parsed for one environment serves the others.
  const shared = await readShared(source);
  const templates = new Set<string>();
  for (const name of found) {
    const resolution = await resolveDocuments(source, name, env, {
      shared,
    });
    for (const template of resolution.templates) templates.add(template);
    environments.push({ name, connections: resolution.connections.length });
    append(diagnostics, [
      ...resolution.diagnostics,
      ...(await checkOffline(resolution, checksFor)),
    ]);
  }
  if (names.length === 0)
    append(diagnostics, checkSharedDocuments(shared, templates));
  if (found.length === 0) diagnostics.push(noEnvironments());
  return { environments, diagnostics: distinctDiagnostics(diagnostics) };
}

/**
 * What the API cannot represent and which references lead nowhere, of documents that resolve;
 * nothing for others.
 */
export async function checkOffline(
  { rules, connections, diagnostics }: Resolution,
  checksFor: (rules: EnvironmentRules) => OfflineChecks,
): Promise<readonly Diagnostic[]> {
  // Documents with errors are not resolved far enough to be asked more of.
  if (rules === null || hasErrors(diagnostics)) return [];
  const checks = checksFor(rules);
  const audit = auditConnections(checks, rules, connections);
  const secrets = await visitSecrets(connections, audit.local, (ref) =>
    checks.checkReference(ref),
  );
  const files = unsaid(await checks.checkFiles(), secrets);
  return [...audit.diagnostics, ...secrets, ...files];
}

function noEnvironments(): Diagnostic {
  return {
    code: "CFG000",
    severity: "error",
    message: `there is no environment: the folder "${ENVIRONMENTS_FOLDER}" has no folder in it`,
    why: "an environment is a folder with an environment.yaml",
    fix: "run the command in the folder that holds your configuration, name it with --root, or make one with: tieline init",
  };
}

/** The error that carries the problems of documents. */
export function invalidDocuments(
  diagnostics: readonly Diagnostic[],
): InvalidDocumentsError {
  return new InvalidDocumentsError(
    "CFG000",
    `the documents have ${errorsText(diagnostics)}`,
    diagnostics,
  );
}

/** The error that carries the problems of a plan file, which no validation of documents finds. */
export function invalidPlan(
  diagnostics: readonly Diagnostic[],
): InvalidDocumentsError {
  return new InvalidDocumentsError(
    "CFG000",
    `the plan has ${errorsText(diagnostics)}`,
    diagnostics,
    "make it again: tieline plan <environment> --out plan.json",
  );
}

function errorsText(diagnostics: readonly Diagnostic[]): string {
  const count = diagnostics.filter((d) => d.severity === "error").length;
  return count === 1 ? "an error" : `${String(count)} errors`;
}
