import { readOwnInventory } from "../../environment/own-inventory.ts";
import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { LiveConnection } from "../../domain/connection.ts";
import { UserError } from "../../domain/problem/error.ts";
import type {
  ImportedEnvironment,
  ImportedFile,
  ImportReport,
  SkippedConnection,
  UnmanagedSecret,
} from "./report.ts";
import { fateOf, type FileChange } from "../../domain/source-file.ts";
import type { EventSink } from "../../ports/event-sink.ts";
import { meantBy, nearest } from "../../util/nearest.ts";

import { DeclaredConnections } from "./draft/declared-connections.ts";
import { editDeclared } from "./draft/edit-declared.ts";
import { newConnections } from "./draft/new-connections.ts";
import { placeNew } from "./draft/place-new.ts";
import {
  readLive,
  type ImportSource,
  type ReadEnvironment,
} from "./read-live.ts";
import { revertBroken } from "./draft/revert-broken.ts";
import type {
  DraftEnvironment,
  WorkspaceDraft,
} from "./draft/workspace-draft.ts";

/** What an import is limited to and how far it goes. */
export interface ImportOptions {
  /** Empty: every live connection. */
  readonly keys: readonly string[];
  /** Declared connections take over fields they leave out, new ones the platform's defaults. */
  readonly managesAll: boolean;
  readonly isDryRun: boolean;
}

/** What an import works with. */
export interface ImportContext {
  readonly workspace: WorkspaceDraft;
  readonly catalogue: readonly CatalogueEntry[];
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** What there is to write, and what to tell about it. */
export interface ImportResult {
  readonly changes: readonly FileChange[];
  readonly report: ImportReport;
}

/**
 * Computes the documents that say what is live: new ones for connections nobody declares, edits for
 * those that say something else. Writes nothing. A plan made from them creates, updates, replaces,
 * renames and deletes nothing of what was imported.
 * @throws UserError CLI040 for a name no environment has; ConflictError, RemoteError and
 * TransientError from the ports.
 */
export async function importLive(
  sources: readonly ImportSource[],
  options: ImportOptions,
  context: ImportContext,
): Promise<ImportResult> {
  const { workspace } = context;
  const before = await workspace.resolve();
  const read = await readAll(sources, options.keys, before, context);
  assertFound(options.keys, read);
  const declared = await DeclaredConnections.open(read, before, {
    catalogue: context.catalogue,
    managesAll: options.managesAll,
  });
  const fresh = await newConnections(read, before, {
    catalogue: context.catalogue,
    managesAll: options.managesAll,
  });
  const unwritten = await editDeclared(
    workspace,
    declared.lives,
    (state, key) => declared.editsOf(state, key),
  );
  const reverted = await revertBroken(
    workspace,
    read.map(({ source }) => source.name),
  );
  const anywhere = new Set(
    [...before.values()].flatMap(({ authored }) => [...authored.keys()]),
  );
  const refused = await placeNew(workspace, fresh.connections, anywhere);
  const after = await workspace.resolve();
  const changes = workspace.changes();
  return {
    changes,
    report: {
      source: "live",
      isDryRun: options.isDryRun,
      environments: read.map((each) => ({
        ...summaryOf(each, after, declared),
        leftToPlatform: fresh.left.get(each.source.name) ?? [],
      })),
      files: filesOf(workspace, changes),
      skipped: sortedSkips([
        ...read.flatMap(({ reading }) => reading.skipped),
        ...declared.skipped,
        ...fresh.skipped,
        ...refused,
      ]),
      notes: [...declared.notes, ...fresh.notes, ...unwritten, ...reverted],
      secrets: managedOut(fresh.secrets, refused),
      gaps: [],
    },
  };
}

async function readAll(
  sources: readonly ImportSource[],
  keys: readonly string[],
  before: ReadonlyMap<string, DraftEnvironment>,
  context: ImportContext,
): Promise<ReadEnvironment[]> {
  const wanted = new Set(keys);
  const read: ReadEnvironment[] = [];
  for (const source of sources) {
    const { name, api, state } = source;
    const reading = await readLive(
      name,
      api,
      (key) => wanted.size === 0 || wanted.has(key),
      context,
    );
    // Only where an environment of this name exists, which the caller made sure of.
    const inventory = before.has(name)
      ? await readOwnInventory(state, name, api.apiHost)
      : null;
    read.push({ source, reading, inventory });
  }
  return read;
}

function assertFound(
  keys: readonly string[],
  read: readonly ReadEnvironment[],
): void {
  const known = new Set(read.flatMap(({ reading }) => [...reading.names]));
  const missing = keys.find((key) => !known.has(key));
  if (missing === undefined) return;
  const near = nearest(missing, known);
  throw new UserError(
    "CLI040",
    `no imported environment has a connection "${missing}"${meantBy(near)}`,
    {
      why: "--connection names connections as the platform does",
      fix:
        near === undefined
          ? "leave --connection out to import everything that is live"
          : `use "${near}"`,
      notDone: "nothing was written",
    },
  );
}

function summaryOf(
  { source, reading, inventory }: ReadEnvironment,
  after: ReadonlyMap<string, DraftEnvironment>,
  declared: DeclaredConnections,
): Omit<ImportedEnvironment, "leftToPlatform"> {
  const owned = new Set((inventory?.entries ?? []).map(({ key }) => key));
  const desired = [...(after.get(source.name)?.desired.values() ?? [])];
  const isSameKind = (key: string, live: LiveConnection | undefined): boolean =>
    live !== undefined &&
    after.get(source.name)?.desired.get(key)?.provider === live.provider;
  const adoptable = desired.filter(
    ({ key }) => !owned.has(key) && isSameKind(key, reading.live.get(key)),
  );
  return {
    name: source.name,
    adoptable: adoptable.map(({ key }) => key).sort(),
    sendsSecrets: adoptable
      .filter(({ secrets }) => secrets.size > 0)
      .map(({ key }) => key)
      .sort(),
    missing: desired
      .map(({ key }) => key)
      .filter((key) => !reading.names.has(key))
      .sort(),
    unchangedCount: declared.unchangedCount(source.name),
  };
}

/** The files as a report names them. */
export function filesOf(
  workspace: WorkspaceDraft,
  changes: readonly FileChange[],
): ImportedFile[] {
  return changes.map((change) => ({
    path: change.path,
    fate: fateOf(change),
    connections: workspace.ownersOf(change.path),
  }));
}

function sortedSkips(
  skipped: readonly SkippedConnection[],
): SkippedConnection[] {
  const orderOf = ({ environment, name }: SkippedConnection): string =>
    JSON.stringify([environment, name]);
  return [...skipped].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function managedOut(
  secrets: readonly UnmanagedSecret[],
  refused: readonly SkippedConnection[],
): UnmanagedSecret[] {
  return secrets.filter(
    ({ environment, connection }) =>
      !refused.some(
        (each) => each.environment === environment && each.name === connection,
      ),
  );
}
