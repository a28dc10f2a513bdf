import type { ProcessEnv } from "../../domain/environment-access.ts";
import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import {
  compareDiagnostics,
  hasErrors,
  type Diagnostic,
} from "../../domain/problem/diagnostic.ts";
import type { RefusedFile } from "../../domain/source-file.ts";
import type { CodeSource } from "../../ports/code-source.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import {
  compareUsage,
  type DeclaredNames,
  type Usage,
} from "./code/compare.ts";
import { scanCode, type NameUse } from "./code/scan.ts";
import {
  invalidDocuments,
  readShared,
  resolveDocuments,
} from "../../environment/documents/documents.ts";
import { assertEnvironments } from "../../environment/documents/known-names.ts";

/** What a scan of code found. */
export interface UsageReport extends Usage {
  /** Environments the code was held against, sorted. */
  readonly environments: readonly string[];
  readonly filesScanned: number;
  readonly skipped: readonly RefusedFile[];
}

/** What a scan works with. */
export interface UsageContext {
  readonly source: DocumentSource;
  readonly code: CodeSource;
  /** None: all. */
  readonly environments: readonly string[];
  readonly paths: readonly string[];
  readonly env: ProcessEnv;
}

/**
 * Holds the connection names that code hands to the SDK against what environments declare. Files
 * are read and dropped one by one.
 * @throws InvalidDocumentsError CFG000 when the documents of an environment have errors; UserError
 * USE004 for a path that does not exist.
 */
export async function findUsage(context: UsageContext): Promise<UsageReport> {
  const { source, environments, env } = context;
  const names = await targetsOf(source, environments);
  const declared: DeclaredNames[] = [];
  for (const name of names) declared.push(await readNames(source, name, env));
  const scanned = await scan(context);
  const usage = compareUsage(scanned.uses, declared);
  const diagnostics = [
    ...usage.diagnostics,
    ...scanned.skipped.map(incomplete),
  ].sort(compareDiagnostics);
  return {
    ...usage,
    diagnostics,
    environments: names,
    filesScanned: scanned.count,
    skipped: scanned.skipped,
  };
}

async function targetsOf(
  source: DocumentSource,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const known = await source.listFolders(ENVIRONMENTS_FOLDER);
  if (wanted.length === 0) return known;
  assertEnvironments(wanted, known, {
    fix: "correct the name, or leave the option out to take all of them",
    notDone: "nothing was scanned",
  });
  return [...new Set(wanted)].sort();
}

async function readNames(
  source: DocumentSource,
  environment: string,
  env: ProcessEnv,
): Promise<DeclaredNames> {
  const shared = await readShared(source);
  const { rules, connections, diagnostics } = await resolveDocuments(
    source,
    environment,
    env,
    { shared },
  );
  if (rules === null || hasErrors(diagnostics))
    throw invalidDocuments(diagnostics);
  const found = new Map(
    connections.map(({ key, document, location }) => {
      const state = document["state"];
      const known = typeof state === "string" ? state : undefined;
      return [key, { state: known, location }] as const;
    }),
  );
  // A shared file is named after its connection.
  const files = shared.base.files.map(({ path }) =>
    path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/u, ""),
  );
  const leftOut = new Set(files.filter((name) => !found.has(name)));
  return { environment, connections: found, leftOut };
}

async function scan({ code, paths }: UsageContext): Promise<{
  readonly uses: readonly NameUse[];
  readonly count: number;
  readonly skipped: readonly RefusedFile[];
}> {
  const uses: NameUse[] = [];
  const skipped: RefusedFile[] = [];
  const decoder = new TextDecoder();
  let count = 0;
  for (const each of code.files(paths)) {
    if (each.kind === "skipped") {
      skipped.push(each.skipped);
      continue;
    }
    count += 1;
    const { path, bytes } = each.file;
    const found = await scanCode(path, decoder.decode(bytes));
    if (found === undefined) skipped.push(tooDeep(path));
    else for (const use of found) uses.push(use);
  }
  return { uses, count, skipped };
}

function tooDeep(path: string): RefusedFile {
  const detail = "it is nested too deeply to be parsed";
  return { path, reason: "unreadable", detail };
}

function incomplete({ path, detail }: RefusedFile): Diagnostic {
  return {
    code: "USE004",
    severity: "note",
    message: `"${path}" was not scanned: ${detail}`,
    why: "a scan reads plain files of at most 1 MiB inside the folders it is given, and says what it left out",
    fix: "name the file or folder itself, if it holds code of yours",
  };
}
