import { openOfflineChecks } from "../../environment/api/offline.ts";
import {
  openRuntime,
  reachesSeveralHosts,
  type Runtime,
  type RuntimeOptions,
} from "../../environment/runtime.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { CATALOGUE } from "../../domain/generated/catalogue.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import type { WorkspaceDraft } from "./draft/workspace-draft.ts";
import { readExport, type ExportKind } from "./export/export-file.ts";
import { importExport } from "./export/import-export.ts";
import {
  importLive,
  type ImportContext,
  type ImportOptions,
  type ImportResult,
} from "./import-live.ts";
import type { ImportSource } from "./read-live.ts";

/** Where an import finds its documents, and what becomes of them. */
interface Into {
  readonly source: DocumentSource;
  readonly workspace: WorkspaceDraft;
}

/** How environments are read to be imported. */
export interface LiveRequest
  extends
    Into,
    ImportOptions,
    Pick<ImportContext, "sink" | "signal">,
    Pick<RuntimeOptions, "env" | "scrubber" | "target" | "trace"> {}

/**
 * Opens environments, reads what is live in them, and works out the documents that say it. Writes
 * nothing.
 * @throws UserError and InvalidDocumentsError before the first request, where the documents of any
 * of them cannot be used.
 */
export async function importEnvironments(
  names: readonly string[],
  request: LiveRequest,
): Promise<ImportResult> {
  const { source, workspace } = request;
  const checks = openOfflineChecks(source);
  // All documents first: a broken one in the last environment must not cost the requests of the
  // first.
  const rules: EnvironmentRules[] = [];
  for (const name of names) rules.push(await workspace.rulesOf(name));
  const isOneOfSeveral = reachesSeveralHosts(rules, request);
  const runtimes: Runtime[] = [];
  try {
    const sources: ImportSource[] = [];
    for (const each of rules) {
      const runtime = await openRuntime({
        ...request,
        root: source.root,
        rules: each,
        isOneOfSeveral,
      });
      runtimes.push(runtime);
      const { api, state } = runtime;
      sources.push({
        name: each.name,
        api,
        state,
        checkReference: checks(each).checkReference,
      });
    }
    return await importLive(sources, request, {
      ...request,
      catalogue: CATALOGUE,
    });
  } finally {
    for (const runtime of runtimes) await runtime.close();
  }
}

/** What an export of another service is, and whose documents it becomes. */
export interface ExportRequest extends Into {
  /** Read once the documents are known to be in order. */
  readonly text: () => string;
  /** What messages call it. */
  readonly file: string;
  /** `null` for shared documents. */
  readonly environment: string | null;
  readonly isDryRun: boolean;
}

/**
 * Works out documents for the connections of another service. Writes nothing. @throws UserError
 * CLI041, CLI064.
 */
export async function importService(
  kind: ExportKind,
  { source, workspace, text, file, environment, isDryRun }: ExportRequest,
): Promise<ImportResult> {
  const rules =
    environment === null ? undefined : await workspace.rulesOf(environment);
  const exported = readExport(kind, text(), file);
  const [first] = workspace.names;
  const known =
    rules ??
    (first === undefined
      ? undefined
      : (await workspace.resolveOne(first)).rules);
  return importExport(kind, exported, {
    workspace,
    catalogue: CATALOGUE,
    audit:
      known === undefined || known === null
        ? () => []
        : openOfflineChecks(source)(known).audit,
    environment,
    isDryRun,
  });
}
