import type { ProcessEnv } from "../../domain/environment-access.ts";
import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { DocumentEdit } from "../../documents/edit/apply-edits.ts";
import { editDocument } from "../../documents/edit/edit-document.ts";
import { parseFile } from "../../documents/read/parse.ts";
import { UserError } from "../../domain/problem/error.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { getAt, setAt } from "../../domain/field/pointer.ts";
import type { FileChange } from "../../domain/source-file.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import {
  ChangedSource,
  withChanges,
} from "../../environment/documents/changed-source.ts";
import { resolveDocuments } from "../../environment/documents/documents.ts";
import { lintDocuments, type LintOptions } from "./lint.ts";
import type { LintEdit } from "./rule.ts";

/**
 * One fix can make room for another: a scope that is listed once may repeat the base's. More rounds
 * than these are never of use.
 */
const MAX_ROUNDS = 4;

/** What fixing would write. */
export interface Fixes {
  readonly changes: readonly FileChange[];
  /**
   * Files that have something to fix and cannot be edited safely: anchors, several documents, a
   * `sops:` block.
   */
  readonly left: readonly string[];
}

/**
 * The files without what can be fixed safely. What environments resolve to stays as it is; a file
 * for which it would not is left alone.
 */
export async function fixesOf(
  origin: DocumentSource,
  options: LintOptions,
): Promise<Fixes> {
  const source = new ChangedSource(origin);
  const meaning = await meaningOf(source, options.env);
  const left = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { edits } = await lintDocuments(source, options);
    const next = new Map<string, FileChange>();
    for (const [file, own] of byFile(edits)) {
      const after = left.has(file) ? undefined : edited(own);
      if (after === undefined) left.add(file);
      else next.set(file, changeOf(own, after));
    }
    const kept = await harmless(next, async (candidates) => {
      const changed = withChanges(source, [...candidates.values()]);
      return (await meaningOf(changed, options.env)) === meaning;
    });
    for (const file of next.keys()) if (!kept.has(file)) left.add(file);
    if (kept.size === 0) break;
    source.apply([...kept.values()]);
  }
  return { changes: source.changes(), left: [...left].sort() };
}

/**
 * All candidates where together they change nothing that counts; else those that change nothing one
 * by one.
 */
async function harmless(
  candidates: ReadonlyMap<string, FileChange>,
  isHarmless: (some: ReadonlyMap<string, FileChange>) => Promise<boolean>,
): Promise<ReadonlyMap<string, FileChange>> {
  if (candidates.size === 0 || (await isHarmless(candidates)))
    return candidates;
  let kept: ReadonlyMap<string, FileChange> = new Map();
  for (const entry of candidates) {
    const more = new Map([...kept, entry]);
    if (await isHarmless(more)) kept = more;
  }
  return kept;
}

function byFile(edits: readonly LintEdit[]): ReadonlyMap<string, LintEdit[]> {
  const groups = new Map<string, LintEdit[]>();
  for (const edit of edits) {
    const { file } = edit.document.source;
    const same = groups.get(file);
    if (same === undefined) groups.set(file, [edit]);
    else same.push(edit);
  }
  return groups;
}

function changeOf([first]: readonly LintEdit[], after: string): FileChange {
  return {
    path: first?.document.source.file ?? "",
    before: first?.document.source.text ?? null,
    after,
  };
}

/** The text of one file with its edits; `undefined` where it cannot be edited. */
function edited(all: readonly LintEdit[]): string | undefined {
  const source = all[0]?.document.source;
  if (source === undefined) return undefined;
  const file = {
    path: source.file,
    bytes: new TextEncoder().encode(source.text),
  };
  // Which of several documents an edit is for is nothing the text tells.
  if (parseFile(file, "connection", "overlay").documents.length !== 1)
    return undefined;
  try {
    return editDocument(
      source.text,
      distinctEdits(all.flatMap((e) => e.edits)),
    );
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Each pointer once; what is removed is not set before. */
function distinctEdits(edits: readonly DocumentEdit[]): DocumentEdit[] {
  const byPointer = new Map<string, DocumentEdit>();
  for (const edit of edits) {
    const earlier = byPointer.get(edit.pointer);
    if (earlier === undefined || "remove" in edit)
      byPointer.set(edit.pointer, edit);
  }
  return [...byPointer.values()];
}

/**
 * What every environment resolves to, with sets as sets; what has errors counts by its number of
 * errors.
 */
async function meaningOf(
  source: DocumentSource,
  env: ProcessEnv,
): Promise<string> {
  const parts: JsonValue[] = [];
  for (const name of await source.listFolders(ENVIRONMENTS_FOLDER)) {
    const resolution = await resolveDocuments(source, name, env);
    const errors = resolution.diagnostics.filter(
      ({ severity }) => severity === "error",
    );
    parts.push([
      name,
      errors.length,
      resolution.connections.map(({ document }) => withSortedSets(document)),
    ]);
  }
  return canonicalJson(parts);
}

const SETS = FIELD_RULES.filter(({ semantics }) => semantics === "set");

function withSortedSets(document: JsonObject): JsonObject {
  return SETS.reduce((sofar, { pointer }) => {
    const value = getAt(sofar, pointer);
    return Array.isArray(value)
      ? setAt(sofar, pointer, [...new Set(value.map(String))].sort())
      : sofar;
  }, document);
}
