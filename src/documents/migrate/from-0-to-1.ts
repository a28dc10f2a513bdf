import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import {
  getAt,
  pointerOf,
  segmentsOf,
  type Pointer,
} from "../../domain/field/pointer.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import {
  addressPlaceholder,
  isStrictPlaceholder,
} from "../../domain/placeholder.ts";
import type { DocumentKind } from "../read/document.ts";
import type { DocumentEdit } from "../edit/apply-edits.ts";
import type { Rename } from "../edit/rename-members.ts";
import { isLiteral, newName, newPlace, SECRETS } from "../read/version-0.ts";

/** Two values for one field: a person decides. */
export interface Clash {
  readonly pointer: Pointer;
  readonly other: string;
  readonly target: string;
}

/** Renames of members, and those that clash. */
export function renamesFrom0(
  value: JsonObject,
  kind: DocumentKind,
): { readonly renames: readonly Rename[]; readonly clashes: readonly Clash[] } {
  const renames: Rename[] = [];
  const clashes: Clash[] = [];
  const visit = (
    map: JsonObject,
    path: readonly string[],
    at: string,
  ): void => {
    const taken = new Map(Object.keys(map).map((name) => [name, name]));
    for (const [name, child] of Object.entries(map)) {
      const to = newName(kind, at, name);
      const pointer = pointerOf([...path, name]);
      const other = to === undefined ? undefined : taken.get(to);
      if (to !== undefined && other !== undefined)
        clashes.push({ pointer, other, target: to });
      else if (to !== undefined) {
        renames.push({ pointer, name: to });
        taken.set(to, name);
      }
      if (isJsonObject(child))
        visit(child, [...path, name], `${at}/properties/${to ?? name}`);
    }
  };
  visit(value, [], "#");
  return { renames, clashes };
}

/** A value that no document of version 1 holds. */
export interface TakenOut {
  readonly pointer: Pointer;
  /**
   * A secret, which became a reference; words of instructions for a value that nobody filled in; or
   * a state that only the platform finds.
   */
  readonly what: "secret" | "placeholder" | "finding";
}

/** What else has to change once the names are those of version 1, what goes, and what clashes. */
export interface EditsFrom0 {
  readonly edits: readonly DocumentEdit[];
  readonly taken: readonly TakenOut[];
  readonly clashes: readonly Clash[];
}

/**
 * Edits of a document whose members have their names of version 1. `name` is the connection, for
 * references to its secrets.
 */
export function editsFrom0(
  value: JsonObject,
  kind: DocumentKind,
  name: string,
): EditsFrom0 {
  const moved = movesFrom0(value, kind);
  const edits: DocumentEdit[] = [...moved.edits];
  const taken: TakenOut[] = [];
  const word = (pointer: Pointer, words: ReadonlyMap<string, string>): void => {
    const old = getAt(value, pointer);
    const to = typeof old === "string" ? words.get(plainWord(old)) : undefined;
    if (to !== undefined && to !== old) edits.push({ pointer, value: to });
  };
  if (kind !== "environment") {
    word("/auth_type", AUTH_TYPES);
    word("/state", STATES);
    const scopes = value["scopes"];
    if (typeof scopes === "string")
      edits.push({
        pointer: "/scopes",
        value: scopes.split(/[\s,]+/u).filter((scope) => scope !== ""),
      });
    if (isFinding(value["state"])) {
      taken.push({ pointer: "/state", what: "finding" });
      edits.push({ pointer: "/state", remove: true });
    }
  }
  if (kind === "template" && !Object.hasOwn(value, "template"))
    edits.push({ pointer: "/template", value: name });
  for (const pointer of kind === "connection" ? SECRETS : []) {
    const from = moved.from.get(pointer) ?? pointer;
    if (!isLiteral(getAt(value, from))) continue;
    taken.push({ pointer, what: "secret" });
    edits.push({
      pointer,
      value: `secret://${name}/${segmentsOf(pointer).at(-1) ?? ""}`,
    });
  }
  for (const pointer of kind === "connection"
    ? placeholders(value, moved.from)
    : []) {
    taken.push({ pointer, what: "placeholder" });
    const at = edits.findIndex((edit) => edit.pointer === pointer);
    if (at >= 0) edits.splice(at, 1);
    else edits.push({ pointer, remove: true });
  }
  if (value["version"] === 0) edits.push({ pointer: "/version", value: 1 });
  return { edits, taken, clashes: moved.clashes };
}

/** Fields that hold what a page of instructions writes where the reader's own value belongs. */
function placeholders(
  value: JsonObject,
  from: ReadonlyMap<Pointer, Pointer>,
): readonly Pointer[] {
  return FIELD_RULES.filter(({ pointer, shape, isSecret }) => {
    const text = getAt(value, from.get(pointer) ?? pointer);
    if (isSecret || typeof text !== "string") return false;
    if (shape.text === "address")
      return (
        /^https?:/iu.test(text) &&
        !text.includes("${") &&
        addressPlaceholder(text) !== undefined
      );
    return shape.isCredential === true && isStrictPlaceholder(text);
  }).map(({ pointer }) => pointer);
}

/** Fields that stand at the top and belong into a group. */
function movesFrom0(
  value: JsonObject,
  kind: DocumentKind,
): {
  readonly edits: readonly DocumentEdit[];
  readonly clashes: readonly Clash[];
  /** Where each moved field was. */
  readonly from: ReadonlyMap<Pointer, Pointer>;
} {
  const edits: DocumentEdit[] = [];
  const clashes: Clash[] = [];
  const from = new Map<Pointer, Pointer>();
  for (const [name, child] of Object.entries(value)) {
    const place = newPlace(kind, name);
    if (place === undefined) continue;
    const pointer = pointerOf([name]);
    const target = pointerOf([place.group, place.name]);
    const group: JsonValue | undefined = value[place.group];
    if (
      from.has(target) ||
      getAt(value, target) !== undefined ||
      (group !== undefined && group !== null && !isJsonObject(group))
    ) {
      const other = `${place.group}.${place.name}`;
      clashes.push({ pointer, other, target: other });
      continue;
    }
    from.set(target, pointer);
    edits.push({ pointer, remove: true }, { pointer: target, value: child });
  }
  return { edits, clashes, from };
}

const AUTH_TYPES: ReadonlyMap<string, string> = new Map([
  ["oauth", "oauth2"],
  ["oauth2", "oauth2"],
  ["oauth_2", "oauth2"],
  ["apikey", "api_key"],
  ["api_key", "api_key"],
  ["bearer", "bearer"],
  ["bearer_token", "bearer"],
  ["basic", "basic"],
  ["basic_auth", "basic"],
  ["custom", "custom"],
]);

const STATES: ReadonlyMap<string, string> = new Map([
  ["active", "active"],
  ["enabled", "active"],
  ["inactive", "inactive"],
  ["disabled", "inactive"],
  ["draft", "draft"],
]);

/** States that the platform finds, and nobody can ask for. */
const FINDINGS: ReadonlySet<string> = new Set(["testing", "error"]);

function isFinding(state: JsonValue | undefined): boolean {
  return typeof state === "string" && FINDINGS.has(plainWord(state));
}

function plainWord(text: string): string {
  return text
    .slice(0, 60)
    .toLowerCase()
    .replace(/\.0$/u, "")
    .replace(/[\s-]+/gu, "_");
}
