import { editConnection } from "../../../documents/edit/edit-connection.ts";
import type { AuthoredConnection } from "../../../documents/layers/authored.ts";
import type { LiveConnection } from "../../../domain/connection.ts";
import { AppError } from "../../../domain/problem/error.ts";
import type { ImportNote } from "../report.ts";
import type { JsonValue } from "../../../domain/json.ts";
import { getAt, type Pointer } from "../../../domain/field/pointer.ts";
import type { FileChange } from "../../../domain/source-file.ts";
import { canonicalJson } from "../../../util/canonical-json.ts";
import { withEdits, type FieldEdit } from "./merge.ts";
import type { DraftEnvironment, WorkspaceDraft } from "./workspace-draft.ts";
import { append } from "../../../util/append.ts";

/** What one declared connection needs in one environment, as the draft is now. */
export type EditsOf = (
  state: DraftEnvironment,
  key: string,
) => readonly FieldEdit[];

/** Environments that are imported, with what is live there. */
export type LiveByEnvironment = ReadonlyMap<
  string,
  ReadonlyMap<string, LiveConnection>
>;

/**
 * Every edit is one step; a connection takes at most one of its shared document and one of each
 * overlay, a file of many documents several rounds.
 */
const MAX_ROUNDS = 200;
const MAX_TRIES = 4;

/**
 * Edits the documents of declared connections until they say what is live: shared documents where
 * every environment that uses them agrees, overlays otherwise.
 * @returns what could not be written.
 */
export async function editDeclared(
  workspace: WorkspaceDraft,
  lives: LiveByEnvironment,
  editsOf: EditsOf,
): Promise<ImportNote[]> {
  const editor = new DeclaredEditor(workspace, lives, editsOf);
  for (let round = 0; round < MAX_ROUNDS; round += 1)
    if (!editor.round(await workspace.resolve())) break;
  return editor.notes;
}

class DeclaredEditor {
  readonly notes: ImportNote[] = [];
  readonly #workspace: WorkspaceDraft;
  readonly #lives: LiveByEnvironment;
  readonly #editsOf: EditsOf;
  readonly #tries = new Map<string, number>();
  #touched = new Set<string>();

  constructor(
    workspace: WorkspaceDraft,
    lives: LiveByEnvironment,
    editsOf: EditsOf,
  ) {
    this.#workspace = workspace;
    this.#lives = lives;
    this.#editsOf = editsOf;
  }

  /**
   * One pass over all connections, each file changed at most once. False when nothing is left to
   * do.
   */
  round(states: ReadonlyMap<string, DraftEnvironment>): boolean {
    this.#touched = new Set();
    let isMore = false;
    const keys = new Set(
      [...this.#lives.values()].flatMap((live) => [...live.keys()]),
    );
    for (const key of [...keys].sort()) {
      const needs = this.#needsOf(key, states);
      if (needs.size === 0) continue;
      const shared = agreedEdits(key, needs, states);
      if (shared !== undefined && this.#mayTry(`base ${key}`)) {
        isMore = this.#edit(key, shared, "base") || isMore;
        continue;
      }
      for (const need of needs.values())
        if (this.#mayTry(`${need.state.name} ${key}`))
          isMore = this.#edit(key, need, "overlay") || isMore;
    }
    return isMore;
  }

  #needsOf(
    key: string,
    states: ReadonlyMap<string, DraftEnvironment>,
  ): Map<string, Need> {
    const needs = new Map<string, Need>();
    for (const [name, live] of this.#lives) {
      const state = states.get(name);
      const authored = state?.authored.get(key);
      if (state === undefined || authored === undefined || !live.has(key))
        continue;
      const edits = this.#editsOf(state, key);
      if (edits.length > 0) needs.set(name, { state, authored, edits });
    }
    return needs;
  }

  #mayTry(name: string): boolean {
    return (this.#tries.get(name) ?? 0) < MAX_TRIES;
  }

  /** True when the file was changed, or waits for the next round. */
  #edit(
    key: string,
    { state, authored, edits }: Need,
    where: "base" | "overlay",
  ): boolean {
    const name = where === "base" ? `base ${key}` : `${state.name} ${key}`;
    let changes: readonly FileChange[];
    try {
      changes = editConnection(
        authored,
        withEdits(authored.raw, edits),
        where,
        {
          environment: state.name,
        },
      );
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#tries.set(name, MAX_TRIES);
      // The overlay may be able to say what the shared document cannot.
      if (where === "base") return true;
      append(
        this.notes,
        edits.map(({ pointer }) => ({
          environment: state.name,
          connection: key,
          pointer,
          message: `the file could not be edited: ${error.why ?? error.message}`,
        })),
      );
      return false;
    }
    if (changes.some(({ path }) => this.#touched.has(path))) return true;
    this.#tries.set(name, (this.#tries.get(name) ?? 0) + 1);
    for (const { path } of changes) this.#touched.add(path);
    this.#workspace.apply(key, changes);
    return changes.length > 0 || where === "base";
  }
}

interface Need {
  readonly state: DraftEnvironment;
  readonly authored: AuthoredConnection;
  readonly edits: readonly FieldEdit[];
}

/**
 * The edits that a shared document can take: every environment that gets the field from it asks for
 * the same. `undefined` when there is none. An environment that is not imported asks for what
 * stands there now.
 */
function agreedEdits(
  key: string,
  needs: ReadonlyMap<string, Need>,
  states: ReadonlyMap<string, DraftEnvironment>,
): Need | undefined {
  const users = [...states.values()].flatMap(({ name, authored }) => {
    const found = authored.get(key);
    return found !== undefined && hasLayer(found, "base")
      ? [{ name, authored: found }]
      : [];
  });
  for (const need of needs.values()) {
    if (!hasLayer(need.authored, "base")) continue;
    const agreed = need.edits.filter(
      ({ pointer, value }) =>
        !setsItself(need.authored, pointer) &&
        users.every(
          ({ name, authored }) =>
            overridesWholly(authored, pointer) ||
            asksFor(needs.get(name), pointer, value),
        ),
    );
    if (agreed.length > 0) return { ...need, edits: agreed };
  }
  return undefined;
}

function asksFor(
  need: Need | undefined,
  pointer: Pointer,
  value: JsonValue | undefined,
): boolean {
  const edit = need?.edits.find((each) => each.pointer === pointer);
  return edit !== undefined && textOf(edit.value) === textOf(value);
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined ? "absent" : canonicalJson(value);
}

function hasLayer(
  { layers }: AuthoredConnection,
  layer: "base" | "overlay",
): boolean {
  return layers.some((each) => each.layer === layer);
}

/** Whether this environment's overlay says something about a field. */
function setsItself({ layers }: AuthoredConnection, pointer: Pointer): boolean {
  return layers.some(
    ({ layer, document: { value } }) =>
      layer === "overlay" &&
      (Object.hasOwn(value, "$patch") || getAt(value, pointer) !== undefined),
  );
}

/**
 * Whether what stands below makes no difference to a field: an overlay replaces it, and not member
 * by member.
 */
function overridesWholly(
  { layers }: AuthoredConnection,
  pointer: Pointer,
): boolean {
  return layers.some(({ layer, document: { value } }) => {
    if (layer !== "overlay" || Object.hasOwn(value, "$patch")) return false;
    const own = getAt(value, pointer);
    return (
      own !== undefined &&
      (own === null || typeof own !== "object" || Array.isArray(own))
    );
  });
}
