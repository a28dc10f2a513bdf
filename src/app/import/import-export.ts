import type { CatalogueEntry } from "../../domain/catalogue.ts";
import type { FieldValues } from "../../domain/connection.ts";
import type {
  ImportNote,
  SkippedConnection,
  UnmanagedSecret,
} from "../../domain/import-report.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import { compareText } from "../../util/compare-text.ts";
import { BASE_FOLDER } from "../documents.ts";
import { documentOf, type Candidate } from "./candidate.ts";
import { documentText } from "./document-text.ts";
import type { ExportedConnection, ExportKind } from "./export-file.ts";
import { FileNames } from "./file-names.ts";
import { filesOf, type ImportResult } from "./import-live.ts";
import { droppedNotes } from "./place-new.ts";
import { authTypeFor, connectorFor } from "./provider-names.ts";
import { isDocumentKey, REFUSED_NAME } from "./read-live.ts";
import { representables } from "./representable.ts";
import { likelySecret } from "./secret-references.ts";
import { overlayFolder, type WorkspaceDraft } from "./workspace-draft.ts";

/** What importing an export works with. */
export interface ExportContext {
  readonly workspace: WorkspaceDraft;
  readonly catalogue: readonly CatalogueEntry[];
  /** What the API of the documents cannot represent. */
  readonly audit: ConnectionsReader["audit"];
  /** Whose documents they become; `null` for shared ones. */
  readonly environment: string | null;
  readonly isDryRun: boolean;
}

/**
 * Documents for the connections of another service, as far as its words have one meaning here. Writes nothing, takes no secret, and touches no
 * connection that is declared already.
 */
export async function importExport(
  kind: ExportKind,
  exported: readonly ExportedConnection[],
  context: ExportContext,
): Promise<ImportResult> {
  const { workspace, environment } = context;
  const skipped: SkippedConnection[] = [];
  const candidates = candidatesOf(kind, exported, context, skipped);
  const declared = await declaredKeys(context);
  const names = new FileNames(await workspace.documentPaths());
  const cut = await representables(candidates, context.audit);
  const notes: ImportNote[] = [];
  const secrets: UnmanagedSecret[] = [];
  const folder =
    environment === null ? BASE_FOLDER : overlayFolder(environment);
  const catalogue = new Map(context.catalogue.map((each) => [each.slug, each]));
  for (const { key } of candidates) {
    const result = cut.get(key);
    const why = declared.has(key)
      ? "a document declares it already"
      : result === undefined || "refused" in result
        ? (result?.refused ?? "it cannot be written down")
        : undefined;
    if (why !== undefined || result === undefined || "refused" in result) {
      skipped.push({ environment, name: key, why: why ?? "" });
      continue;
    }
    const { candidate, dropped } = result;
    const likely = likelySecret(candidate, catalogue.get(candidate.provider));
    const unmanaged = likely === undefined ? [] : [likely];
    const text = documentText(key, documentOf(candidate), unmanaged);
    const path = names.pathFor(folder, key);
    workspace.apply(key, [{ path, before: null, after: text }]);
    notes.push(...droppedNotes(environment, key, dropped));
    for (const pointer of unmanaged)
      secrets.push({ environment, connection: key, pointer });
  }
  const changes = workspace.changes();
  return {
    changes,
    report: {
      source: kind,
      isDryRun: context.isDryRun,
      environments: [],
      files: filesOf(workspace, changes),
      skipped,
      notes,
      secrets,
    },
  };
}

async function declaredKeys({
  workspace,
  environment,
}: ExportContext): Promise<ReadonlySet<string>> {
  const states = [...(await workspace.resolve()).values()].filter(
    ({ name }) => environment === null || name === environment,
  );
  return new Set(states.flatMap(({ authored }) => [...authored.keys()]));
}

/** What can be said of each, sorted by name; the rest is skipped with its reason. */
function candidatesOf(
  kind: ExportKind,
  exported: readonly ExportedConnection[],
  { catalogue, environment }: ExportContext,
  skipped: SkippedConnection[],
): Candidate[] {
  const bySlug = new Map(catalogue.map((entry) => [entry.slug, entry]));
  const candidates = new Map<string, Candidate>();
  for (const each of exported) {
    const candidate = candidateOf(kind, each, bySlug);
    const { name } = each;
    if ("why" in candidate)
      skipped.push({ environment, name, why: candidate.why });
    else if (candidates.has(candidate.key))
      skipped.push({
        environment,
        name,
        why: `another one of the export becomes the connection "${candidate.key}" already`,
      });
    else candidates.set(candidate.key, candidate);
  }
  return [...candidates.values()].sort((a, b) => compareText(a.key, b.key));
}

function candidateOf(
  kind: ExportKind,
  exported: ExportedConnection,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): Candidate | { readonly why: string } {
  const { name, provider, scheme, clientId, scopes } = exported;
  const key = name.trim();
  if (!isDocumentKey(key))
    return {
      why: REFUSED_NAME.why,
    };
  const entry = connectorFor(kind, provider, catalogue);
  if (entry === undefined)
    return {
      why: `the catalogue has no connector that "${provider.slice(0, MAX_SHOWN)}" certainly means`,
    };
  const authType = authTypeFor(scheme, entry);
  if (authType === undefined)
    return {
      why:
        scheme === null
          ? `${entry.display_name} can authenticate in several ways, and the export does not say which`
          : `${entry.display_name} offers no way to authenticate that "${scheme.slice(0, MAX_SHOWN)}" certainly means`,
    };
  const fields: Record<string, JsonValue> = {
    ...(exported.isEnabled ? {} : { "/state": "inactive" }),
    ...(clientId === null || exported.isManaged
      ? {}
      : { "/credentials/client_id": clientId }),
    ...(scopes.length === 0 ? {} : { "/scopes": scopes }),
  };
  const values: FieldValues = fields;
  return { key, provider: entry.slug, authType, fields: values, secrets: {} };
}

/** Of a hostile word, enough to recognise it. */
const MAX_SHOWN = 80;
