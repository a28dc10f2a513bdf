import { BASE_FOLDER } from "../../../domain/document-folders.ts";
import type { ImportNote, SkippedConnection } from "../report.ts";
import type { FieldValues } from "../../../domain/connection.ts";
import type { JsonObject } from "../../../domain/json.ts";
import type { Pointer } from "../../../domain/field/pointer.ts";
import { documentOf, type Candidate } from "../candidate.ts";
import { documentText, type Remarks } from "./document-text.ts";
import { factor } from "./factor.ts";
import { FileNames } from "./file-names.ts";
import {
  overlayFolder,
  type DraftEnvironment,
  type WorkspaceDraft,
} from "./workspace-draft.ts";

/** A connection that an environment has and no document of it declares. */
export interface NewConnection {
  readonly candidate: Candidate;
  /** Secrets the platform keeps and the document will not name. */
  readonly unmanaged: readonly Pointer[];
  /** What the document leaves to the platform. */
  readonly left: FieldValues;
}

/** New connections of one name, by environment. */
export type NewByEnvironment = ReadonlyMap<string, NewConnection>;

interface Placed {
  readonly path: string;
  readonly text: string;
}

/**
 * Puts new connections into files. One that every environment of the workspace has gets a shared
 * document with what all agree on, and overlays; any other stands in the folders of the
 * environments that have it, because a shared document would ask the rest for it too.
 * @returns the connections that got no document.
 */
export async function placeNew(
  workspace: WorkspaceDraft,
  connections: ReadonlyMap<string, NewByEnvironment>,
  declaredAnywhere: ReadonlySet<string>,
): Promise<SkippedConnection[]> {
  const names = new FileNames(await workspace.documentPaths());
  const shared = new Map<string, readonly Placed[]>();
  const alone = new Map<string, NewByEnvironment>();
  for (const key of [...connections.keys()].sort()) {
    const found = connections.get(key);
    if (found === undefined) continue;
    const isEverywhere = workspace.names.every((name) => found.has(name));
    const files =
      isEverywhere && !declaredAnywhere.has(key)
        ? sharedFiles(key, found, names)
        : undefined;
    if (files === undefined) alone.set(key, found);
    else shared.set(key, files);
  }
  for (const [key, files] of shared) write(workspace, key, files);
  const refused = await findRefused(workspace, shared.keys(), connections);
  for (const key of refused.keys()) {
    for (const { path } of shared.get(key) ?? []) workspace.revert(path);
    const found = connections.get(key);
    if (found !== undefined) alone.set(key, found);
  }
  return placeAlone(workspace, alone, names);
}

async function placeAlone(
  workspace: WorkspaceDraft,
  connections: ReadonlyMap<string, NewByEnvironment>,
  names: FileNames,
): Promise<SkippedConnection[]> {
  const written = new Map<string, Map<string, string>>();
  for (const key of [...connections.keys()].sort()) {
    const paths = new Map<string, string>();
    for (const [environment, { candidate, unmanaged, left }] of connections.get(
      key,
    ) ?? []) {
      const path = names.pathFor(overlayFolder(environment), key);
      const text = documentText(key, documentOf(candidate), {
        secrets: unmanaged,
        secretsAre: "kept",
        left: new Map([[environment, left]]),
      });
      write(workspace, key, [{ path, text }]);
      paths.set(environment, path);
    }
    written.set(key, paths);
  }
  const refused = await findRefused(workspace, connections.keys(), connections);
  const skipped: SkippedConnection[] = [];
  for (const [key, reasons] of refused)
    for (const [environment, why] of reasons) {
      const path = written.get(key)?.get(environment);
      if (path !== undefined) workspace.revert(path);
      skipped.push({ environment, name: key, why });
    }
  return skipped;
}

function write(
  workspace: WorkspaceDraft,
  key: string,
  files: readonly Placed[],
): void {
  workspace.apply(
    key,
    files.map(({ path, text }) => ({ path, before: null, after: text })),
  );
}

/**
 * The shared document and its overlays; `undefined` when the environments have different kinds of
 * connection under the name.
 */
function sharedFiles(
  key: string,
  connections: NewByEnvironment,
  names: FileNames,
): readonly Placed[] | undefined {
  const candidates = [...connections].map(
    ([name, { candidate }]) => [name, candidate] as const,
  );
  const factored = factor(new Map(candidates));
  if (factored === undefined) return undefined;
  const unmanaged = new Set(
    [...connections.values()].flatMap((each) => each.unmanaged),
  );
  const place = (
    folder: string,
    document: JsonObject,
    remarks: Remarks,
  ): Placed => ({
    path: names.pathFor(folder, key),
    text: documentText(key, document, remarks),
  });
  const left = new Map(
    [...connections].map(([name, each]) => [name, each.left] as const),
  );
  const secretsAre = "kept";
  return [
    place(BASE_FOLDER, factored.base, {
      secrets: [...unmanaged],
      secretsAre,
      left,
    }),
    ...[...factored.overlays].map(([environment, document]) =>
      place(overlayFolder(environment), document, {
        secrets: [],
        secretsAre,
        left: new Map(),
      }),
    ),
  ];
}

/**
 * Of new connections, those that some environment of theirs does not have after all or has with an
 * error: by environment, why.
 */
async function findRefused(
  workspace: WorkspaceDraft,
  keys: Iterable<string>,
  connections: ReadonlyMap<string, NewByEnvironment>,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const wanted = [...keys];
  const refused = new Map<string, Map<string, string>>();
  if (wanted.length === 0) return refused;
  const states = await workspace.resolve();
  for (const key of wanted)
    for (const environment of connections.get(key)?.keys() ?? []) {
      const why = refusal(states.get(environment), key, workspace);
      if (why === undefined) continue;
      const reasons = refused.get(key) ?? new Map<string, string>();
      refused.set(key, reasons.set(environment, why));
    }
  return refused;
}

function refusal(
  state: DraftEnvironment | undefined,
  key: string,
  workspace: WorkspaceDraft,
): string | undefined {
  if (state === undefined) return "the environment is gone";
  const error = state.errors.find(
    ({ location }) =>
      location !== undefined && workspace.ownersOf(location.file).includes(key),
  );
  if (error !== undefined) return error.message;
  if (!state.authored.has(key))
    return "environment.yaml leaves it out: a shared document has this name, and include or exclude does not let it in";
  return state.desired.has(key) ? undefined : "its document would not be valid";
}

/** Notes for fields that were left out, for one connection. */
export function droppedNotes(
  environment: string | null,
  connection: string,
  dropped: readonly { readonly pointer: Pointer; readonly why: string }[],
): ImportNote[] {
  return dropped.map(({ pointer, why }) => ({
    environment,
    connection,
    pointer,
    message: `left out: ${why}`,
  }));
}
