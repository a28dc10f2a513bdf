import { BASE_FOLDER } from "../../../domain/document-folders.ts";
import type { CatalogueEntry } from "../../../domain/catalogue/catalogue.ts";
import type { FieldValues } from "../../../domain/connection.ts";
import type {
  ImportNote,
  SkippedConnection,
  UnmanagedSecret,
} from "../report.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { ConnectionsReader } from "../../../ports/connections-api.ts";
import { compareText } from "../../../util/compare-text.ts";
import { documentOf, type Candidate } from "../candidate.ts";
import { documentText } from "../draft/document-text.ts";
import type {
  ExportedConnection,
  ExportKind,
  ReadExport,
} from "./export-file.ts";
import type { LeftMember } from "./export-item.ts";
import { FileNames } from "../draft/file-names.ts";
import { filesOf, type ImportResult } from "../import-live.ts";
import { droppedNotes } from "../draft/place-new.ts";
import { authTypeFor, connectorFor } from "../provider-names.ts";
import { isDocumentKey, REFUSED_NAME } from "../read-live.ts";
import { representables } from "../draft/representable.ts";
import { likelySecrets } from "../draft/secret-references.ts";
import {
  overlayFolder,
  type WorkspaceDraft,
} from "../draft/workspace-draft.ts";
import { append } from "../../../util/append.ts";

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
 * Documents for the connections of another service, as far as its words have one meaning here.
 * Writes nothing, takes no secret, and touches no connection that is declared already.
 */
export async function importExport(
  kind: ExportKind,
  { connections: exported, gaps }: ReadExport,
  context: ExportContext,
): Promise<ImportResult> {
  const { workspace, environment } = context;
  const skipped: SkippedConnection[] = [];
  const found = candidatesOf(kind, exported, context, skipped);
  const candidates = found.map(({ candidate }) => candidate);
  const declared = await declaredKeys(context);
  const names = new FileNames(await workspace.documentPaths());
  const cut = await representables(candidates, context.audit);
  const notes: ImportNote[] = [];
  const secrets: UnmanagedSecret[] = [];
  const folder =
    environment === null ? BASE_FOLDER : overlayFolder(environment);
  const catalogue = new Map(context.catalogue.map((each) => [each.slug, each]));
  for (const { candidate: whole, left } of found) {
    const { key } = whole;
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
    const unmanaged = likelySecrets(
      candidate,
      catalogue.get(candidate.provider),
    );
    const text = documentText(key, documentOf(candidate), {
      secrets: unmanaged,
      secretsAre: "elsewhere",
      left: new Map(),
    });
    const path = names.pathFor(folder, key);
    workspace.apply(key, [{ path, before: null, after: text }]);
    append(notes, droppedNotes(environment, key, dropped));
    append(notes, leftNotes(environment, key, left));
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
      gaps,
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
): FoundCandidate[] {
  const bySlug = new Map(catalogue.map((entry) => [entry.slug, entry]));
  const candidates = new Map<string, FoundCandidate>();
  for (const each of exported) {
    const found = candidateOf(kind, each, bySlug);
    const { name } = each;
    if ("why" in found) {
      skipped.push({ environment, name, why: found.why });
      continue;
    }
    const { key } = found.candidate;
    if (candidates.has(key))
      skipped.push({
        environment,
        name,
        why: `another one of the export becomes the connection "${key}" already`,
      });
    else candidates.set(key, found);
  }
  return [...candidates.values()].sort((a, b) =>
    compareText(a.candidate.key, b.candidate.key),
  );
}

/** A connection of an export in our words, and what of it those words cannot say. */
interface FoundCandidate {
  readonly candidate: Candidate;
  readonly left: readonly LeftMember[];
}

function candidateOf(
  kind: ExportKind,
  exported: ExportedConnection,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): FoundCandidate | { readonly why: string } {
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
  const declinable = declinableScopes(exported, entry.slug);
  const fields: Record<string, JsonValue> = {
    ...(exported.isEnabled ? {} : { "/state": "inactive" }),
    ...(clientId === null ? {} : { "/credentials/client_id": clientId }),
    ...(scopes.length === 0 ? {} : { "/scopes": scopes }),
    ...declinable.fields,
  };
  const candidate = {
    key,
    provider: entry.slug,
    authType,
    fields,
    secrets: {},
  };
  return {
    candidate,
    left: [...exported.left, ...declinable.left],
  };
}

/**
 * Scopes that go into a parameter of their own, where the provider has one.
 * @remarks Source: HubSpot, "OAuth Quickstart Guide": optional_scope; Slack, "Installing with
 * OAuth": user_scope.
 */
const OWN_PARAMETERS: readonly {
  readonly slug: string;
  readonly of: "optionalScopes" | "userScopes";
  readonly parameter: string;
}[] = [
  { slug: "hubspot", of: "optionalScopes", parameter: "optional_scope" },
  { slug: "slack", of: "userScopes", parameter: "user_scope" },
];
const SCOPE_MEMBERS = {
  optionalScopes: "credentials.optional_scopes",
  userScopes: "credentials.user_scopes",
} as const;

function declinableScopes(
  exported: ExportedConnection,
  provider: string,
): { readonly fields: FieldValues; readonly left: readonly LeftMember[] } {
  const own = OWN_PARAMETERS.find(({ slug }) => slug === provider);
  const kinds = ["optionalScopes", "userScopes"] as const;
  const left = kinds
    .filter((kind) => kind !== own?.of && exported[kind].length > 0)
    .map((kind) => ({
      path: SCOPE_MEMBERS[kind],
      why: `${exported[kind].join(" ")}. In which parameter ${provider} wants them is not certain; settings.optional_scopes holds them with its name in field_name`,
    }));
  const scopes = own === undefined ? [] : exported[own.of];
  if (own === undefined || scopes.length === 0) return { fields: {}, left };
  const value = { scopes, field_name: own.parameter };
  return { fields: { "/settings/optional_scopes": value }, left };
}

/** Every member that is in no document: those with a reason one by one, the others together. */
function leftNotes(
  environment: string | null,
  connection: string,
  left: readonly LeftMember[],
): ImportNote[] {
  const about = { environment, connection, pointer: "" };
  const plain = left.filter(({ why }) => why === undefined);
  const names = plain.map(({ path }) => path.slice(0, MAX_SHOWN));
  return [
    ...left.flatMap(({ path, why }) =>
      why === undefined
        ? []
        : [
            {
              ...about,
              message: `left out ${path.slice(0, MAX_SHOWN)}: ${why}`,
            },
          ],
    ),
    ...(names.length === 0
      ? []
      : [
          {
            ...about,
            message: `left out, because no document says it: ${listed(names)}`,
          },
        ]),
  ];
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return more > 0 ? `${shown} and ${String(more)} more` : shown;
}

/** Of a hostile word, enough to recognise it. */
const MAX_SHOWN = 80;
/** More members than any service's answer has. */
const MAX_NAMES = 200;
