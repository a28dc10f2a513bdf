import { BASE_FOLDER } from "../../../domain/document-folders.ts";
import { applyEdits } from "../../../documents/edit/apply-edits.ts";
import { editDocument } from "../../../documents/edit/edit-document.ts";
import type { AuthoredConnection } from "../../../documents/layers/authored.ts";
import { AppError } from "../../../domain/problem/error.ts";
import { FIELD_RULES } from "../../../domain/generated/fields.ts";
import type { ImportNote } from "../report.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { getAt } from "../../../domain/field/pointer.ts";
import type { FileChange } from "../../../domain/source-file.ts";
import { canonicalJson } from "../../../util/canonical-json.ts";
import { compareText } from "../../../util/compare-text.ts";
import { FileNames } from "./file-names.ts";
import { filesOf as filesOfReport, type ImportResult } from "../import-live.ts";
import {
  beyond,
  commentsOf,
  commonPart,
  holdsNull,
  splitHead,
  withHead,
  within,
} from "./share-parts.ts";
import type { DraftEnvironment, WorkspaceDraft } from "./workspace-draft.ts";

type States = ReadonlyMap<string, DraftEnvironment>;

/** One environment's own document of a connection. */
interface Own {
  readonly environment: string;
  readonly path: string;
  readonly text: string;
  readonly value: JsonObject;
}

/** What every connection is looked at with. */
interface Workbench {
  readonly states: States;
  /** By environment, how many connections each file holds. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly names: FileNames;
}

/** Why a connection stays as it is: a clause. */
type Obstacle = string;

/**
 * Puts what the environments' own documents have in common into shared ones, and leaves the rest to
 * overlays: what an import of all of them at once would have written. Only connections that every
 * environment has, each in a file of its own, are shared; no comment is lost. Every environment is
 * composed again, and what does not give exactly what it gave before is taken back.
 * @returns the connections that every environment has and that stay apart, with the reason.
 */
async function shareDocuments(
  workspace: WorkspaceDraft,
): Promise<ImportNote[]> {
  const before = await workspace.resolve();
  if (before.size < 2) return [];
  const bench: Workbench = {
    states: before,
    counts: new Map(
      [...before.values()].map(({ name, authored }) => [
        name,
        documentsByFile(authored.values()),
      ]),
    ),
    names: new FileNames(await workspace.documentPaths()),
  };
  const notes: ImportNote[] = [];
  const applied = new Map<string, readonly FileChange[]>();
  for (const key of keysOfAll(before)) {
    const changes = changesFor(key, bench);
    if (changes === undefined) continue;
    if (typeof changes === "string") notes.push(noteOf(key, changes));
    else {
      workspace.apply(key, changes);
      applied.set(key, changes);
    }
  }
  const altered = await alteredKeys(workspace, before, applied);
  // What differs without being one of ours differs because of them.
  const isElsewhere = altered.some((key) => !applied.has(key));
  for (const key of isElsewhere ? [...applied.keys()] : altered)
    takeBack(workspace, key, applied, notes);
  if ((await alteredKeys(workspace, before, applied)).length > 0)
    for (const key of [...applied.keys()])
      takeBack(workspace, key, applied, notes);
  return notes.sort((a, b) => compareText(a.connection, b.connection));
}

/** An import, with what all environments have in common afterwards put into shared documents. */
export async function shareImported(
  workspace: WorkspaceDraft,
  { report }: ImportResult,
): Promise<ImportResult> {
  const notes = [...report.notes, ...(await shareDocuments(workspace))];
  const changes = workspace.changes();
  const files = filesOfReport(workspace, changes);
  const isLive = report.environments.length > 0;
  const source = isLive ? report.source : "documents";
  return { changes, report: { ...report, source, files, notes } };
}

function takeBack(
  workspace: WorkspaceDraft,
  key: string,
  applied: Map<string, readonly FileChange[]>,
  notes: ImportNote[],
): void {
  workspace.apply(
    key,
    (applied.get(key) ?? []).map(({ path, before, after }) => ({
      path,
      before: after,
      after: before,
    })),
  );
  applied.delete(key);
  notes.push(
    noteOf(key, "a shared document would give an environment something else"),
  );
}

function noteOf(connection: string, why: Obstacle): ImportNote {
  return {
    environment: null,
    connection,
    pointer: "",
    message: `it is not shared: ${why}`,
  };
}

/** Connections that every environment has, sorted. */
function keysOfAll(states: States): string[] {
  const [first, ...others] = [...states.values()];
  return [...(first?.authored.keys() ?? [])]
    .filter((key) => others.every(({ authored }) => authored.has(key)))
    .sort(compareText);
}

/**
 * The files that share a connection, or why it cannot be shared; `undefined` when it is shared
 * already.
 */
function changesFor(
  key: string,
  { states, counts, names }: Workbench,
): readonly FileChange[] | Obstacle | undefined {
  const owns: Own[] = [];
  for (const [environment, { authored }] of states) {
    const found = authored.get(key);
    if (found?.layers.some(({ layer }) => layer === "base") !== false)
      return undefined;
    const own = ownOf(environment, found, counts.get(environment));
    if (typeof own === "string") return own;
    owns.push(own);
  }
  const values = owns.map(({ value }) => value);
  const differing = FIELD_RULES.find(
    ({ isImmutable, pointer }) =>
      isImmutable &&
      new Set(values.map((each) => canonicalJson(getAt(each, pointer) ?? null)))
        .size > 1,
  );
  if (differing !== undefined)
    return `the environments have different kinds of it (${differing.pointer.slice(1).replaceAll("/", ".")})`;
  try {
    return filesOf(key, owns, commonPart(values), names);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.why ?? error.message;
  }
}

/** The one document of an environment, where it stands in a file of its own and over no other. */
function ownOf(
  environment: string,
  { layers }: AuthoredConnection,
  counts: ReadonlyMap<string, number> | undefined,
): Own | Obstacle {
  const [layer] = layers;
  if (layer === undefined || layers.length > 1)
    return `in ${environment} it is made from several documents`;
  const { value, source } = layer.document;
  const { file: path, text } = source;
  if (Object.hasOwn(value, "$patch") || Object.hasOwn(value, "sops"))
    return `${path} is not a plain document`;
  if (counts?.get(path) !== 1 || /^(?:---|\.\.\.)(?:\s|$)/mu.test(text))
    return `${path} holds more than this document`;
  if (!/\.ya?ml$/u.test(path)) return `${path} is not YAML`;
  return { environment, path, text, value };
}

function documentsByFile(
  connections: Iterable<AuthoredConnection>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { layers } of connections)
    for (const { document } of layers) {
      const { file } = document.source;
      counts.set(file, (counts.get(file) ?? 0) + 1);
    }
  return counts;
}

function filesOf(
  key: string,
  owns: readonly Own[],
  agreed: JsonObject,
  names: FileNames,
): readonly FileChange[] | Obstacle {
  const [first] = owns;
  if (first === undefined) return "no environment has it";
  // Both files say whose they are.
  const name = { pointer: "/connection_id", value: key };
  const common = { ...agreed, connection_id: key };
  const heads = owns.map(({ text }) => splitHead(text).head);
  const sharedHead = splitHead(first.text).head.filter((line) =>
    heads.every((head) => head.includes(line)),
  );
  const base = withHead(
    sharedHead,
    editDocument(splitHead(first.text).body, [
      name,
      ...beyond(first.value, common),
    ]),
  );
  const changes: FileChange[] = [
    { path: names.pathFor(BASE_FOLDER, key), before: null, after: base },
  ];
  for (const own of owns) {
    const { path, text, value } = own;
    const edits = [...within(value, agreed), name];
    const rest = applyEdits(value, edits);
    if (holdsNull(rest))
      return `${path} says null, which in an overlay takes the field away`;
    const { head, body } = splitHead(text);
    const ownHead = head.filter((line) => !sharedHead.includes(line));
    const isEmpty = Object.keys(rest).length === 1 && ownHead.length === 0;
    const after = isEmpty ? null : withHead(ownHead, editDocument(body, edits));
    const lost = commentsOf(text).find(
      (comment) => !base.includes(comment) && after?.includes(comment) !== true,
    );
    if (lost !== undefined)
      return `a comment of ${path} would be lost: the other environments do not have it`;
    changes.push({ path, before: text, after });
  }
  return changes;
}

/** Connections of which an environment has something else than before. */
async function alteredKeys(
  workspace: WorkspaceDraft,
  before: States,
  applied: ReadonlyMap<string, unknown>,
): Promise<string[]> {
  const altered = new Set<string>();
  if (applied.size === 0) return [];
  for (const [name, after] of await workspace.resolve()) {
    const old = before.get(name);
    if (old === undefined) continue;
    const keys = new Set([...old.authored.keys(), ...after.authored.keys()]);
    for (const key of keys)
      if (meaningOf(old, key) !== meaningOf(after, key)) altered.add(key);
    if (after.errors.length === old.errors.length) continue;
    const owners = after.errors.flatMap(({ location }) =>
      workspace.ownersOf(location?.file ?? ""),
    );
    for (const key of owners.length > 0 ? owners : applied.keys())
      altered.add(key);
  }
  return [...altered];
}

/** All that a connection means in an environment, as one text. */
function meaningOf(
  { authored, desired }: DraftEnvironment,
  key: string,
): string {
  const written = authored.get(key);
  const wanted = desired.get(key);
  return canonicalJson({
    raw: written?.raw ?? null,
    resolved: written?.resolved ?? null,
    isUsable: wanted !== undefined,
    document: wanted?.document ?? null,
    fields: { ...wanted?.fields },
    expected: { ...wanted?.expected },
    secrets: Object.fromEntries(
      [...(wanted?.secrets ?? [])].map(([pointer, { kind, path }]) => [
        pointer,
        [kind, path],
      ]),
    ),
    isProtected: wanted?.isProtected ?? false,
    unmanaged: [...(wanted?.unmanaged ?? [])].sort(),
  });
}
