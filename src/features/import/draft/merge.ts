import type { AuthoredConnection } from "../../../documents/layers/authored.ts";
import type {
  DesiredConnection,
  LiveConnection,
} from "../../../domain/connection.ts";
import type { FieldRule } from "../../../domain/field/field.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  isJsonList,
} from "../../../domain/json.ts";
import {
  getAt,
  pointerOf,
  segmentsOf,
  setAt,
  type Pointer,
} from "../../../domain/field/pointer.ts";
import { FIELD_RULES } from "../../../domain/generated/fields.ts";
import { isEqualValue } from "../../../engine/diff/equal.ts";
import { canonicalJson } from "../../../util/canonical-json.ts";
import { compareText } from "../../../util/compare-text.ts";
import { IMPORTABLE, OLDER_SPELLINGS, type Candidate } from "../candidate.ts";

/**
 * A field of a declared connection that is to say something else; without a value it leaves the
 * document.
 */
export interface FieldEdit {
  readonly pointer: Pointer;
  readonly value: JsonValue | undefined;
}

/** One declared connection beside its live one. */
export interface Declared {
  readonly authored: AuthoredConnection;
  readonly desired: DesiredConnection;
  readonly live: LiveConnection;
  /** Fields that stay local by the environment's rule. */
  readonly local: ReadonlySet<Pointer>;
}

/**
 * True when the document and the platform speak of different kinds of connection; no edit makes one
 * of the other.
 */
export function isOtherKind({ desired, live }: Declared): boolean {
  return (
    desired.provider !== live.provider || desired.authType !== live.authType
  );
}

/**
 * What must change for the document to say what the platform says. A field the document leaves out
 * stays out, one that agrees keeps its spelling, variables included; what `lifecycle.ignore` names
 * and what stays local is left alone.
 */
export function neededEdits(declared: Declared): FieldEdit[] {
  const { desired, live, local } = declared;
  const ignored = ignoredOf(desired);
  return FIELD_RULES.flatMap((rule) => {
    const { pointer } = rule;
    const isLeft =
      local.has(pointer) ||
      local.has("") ||
      ignored.some((at) => pointer === at || pointer.startsWith(`${at}/`));
    if (isLeft) return [];
    if (rule.isReadOnly) return readOnlyEdit(rule, desired, live);
    if (!IMPORTABLE.includes(rule)) return [];
    const wanted = desired.fields[pointer];
    const found = live.fields[pointer];
    if (wanted === undefined || isEqualValue(rule.semantics, wanted, found))
      return [];
    return [{ pointer, value: valueFor(rule, declared) }];
  });
}

function ignoredOf({ document }: DesiredConnection): readonly string[] {
  const value = getAt(document, "/lifecycle/ignore");
  return Array.isArray(value)
    ? value.filter((item) => typeof item === "string")
    : [];
}

/** A declared value of the server's own must equal what the server says. */
function readOnlyEdit(
  { pointer, semantics }: FieldRule,
  { expected }: DesiredConnection,
  { computed }: LiveConnection,
): FieldEdit[] {
  const wanted = expected[pointer];
  const found = computed[pointer];
  const isSame =
    wanted === undefined ||
    found === undefined ||
    isEqualValue(semantics, wanted, found);
  return isSame ? [] : [{ pointer, value: found }];
}

function valueFor(
  { pointer, semantics }: FieldRule,
  { authored, desired, live }: Declared,
): JsonValue | undefined {
  const raw = getAt(authored.raw, pointer);
  const resolved = desired.fields[pointer];
  const found = live.fields[pointer];
  if (found === undefined)
    return typeof resolved === "string" && cannotBeNull(pointer)
      ? undefined
      : emptyLike(resolved);
  if (semantics === "set" && Array.isArray(found))
    return mergedSet(raw, resolved, found);
  return merged(raw, resolved, found);
}

/** Texts that a document cannot say to be empty: it lets go of them instead. */
function cannotBeNull(pointer: Pointer): boolean {
  return (
    pointer.startsWith("/custom_provider/") ||
    pointer === "/state" ||
    pointer === "/settings/auth_mode"
  );
}

/**
 * How "nothing there" is written where there was a value: in the type of the value, so that the
 * schema allows it.
 */
function emptyLike(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === "boolean") return false;
  if (Array.isArray(value)) return [];
  return isJsonObject(value) ? {} : null;
}

/** The live value, spelled as the document spells it wherever both mean the same. */
function merged(
  raw: JsonValue | undefined,
  resolved: JsonValue | undefined,
  live: JsonValue,
): JsonValue {
  if (raw !== undefined && isSame(resolved, live)) return raw;
  if (!isJsonObject(live) || !isJsonObject(raw) || !isJsonObject(resolved))
    return live;
  const own = (of: JsonObject, name: string): JsonValue | undefined =>
    Object.hasOwn(of, name) ? of[name] : undefined;
  const names = [
    ...Object.keys(raw).filter((name) => Object.hasOwn(live, name)),
    ...Object.keys(live).filter((name) => !Object.hasOwn(raw, name)),
  ];
  return Object.fromEntries(
    names.map((name) => [
      name,
      merged(own(raw, name), own(resolved, name), own(live, name) ?? null),
    ]),
  );
}

/** Members that are still there keep their place and spelling; new ones come last, sorted. */
function mergedSet(
  raw: JsonValue | undefined,
  resolved: JsonValue | undefined,
  live: readonly JsonValue[],
): JsonValue {
  const written: readonly JsonValue[] = isJsonList(raw) ? raw : [];
  const meant: readonly JsonValue[] = isJsonList(resolved) ? resolved : [];
  if (written.length !== meant.length) return live;
  const there = new Set(live.map(canonicalJson));
  const kept = new Set<string>();
  const members = written.filter((_, index) => {
    const text = canonicalJson(meant[index] ?? null);
    if (!there.has(text) || kept.has(text)) return false;
    kept.add(text);
    return true;
  });
  const added = live
    .filter((item) => !kept.has(canonicalJson(item)))
    .sort((a, b) => compareText(canonicalJson(a), canonicalJson(b)));
  return [...members, ...added];
}

function isSame(a: JsonValue | undefined, b: JsonValue): boolean {
  return a !== undefined && canonicalJson(a) === canonicalJson(b);
}

/**
 * What a document that leaves fields out could take over as well; a spelling whose twin is there is
 * not added.
 */
export function addedFields(
  { desired }: Declared,
  { fields, secrets }: Candidate,
): FieldEdit[] {
  const isThere = (pointer: Pointer): boolean =>
    desired.origins.has(pointer) || desired.fields[pointer] !== undefined;
  const olderOf = new Map([...OLDER_SPELLINGS].map(([old, now]) => [now, old]));
  return [...Object.entries(fields), ...Object.entries(secrets)]
    .filter(([pointer]) => {
      const twin = OLDER_SPELLINGS.get(pointer) ?? olderOf.get(pointer);
      return !isThere(pointer) && (twin === undefined || !isThere(twin));
    })
    .map(([pointer, value]) => ({ pointer, value }));
}

/** A document with these edits. */
export function withEdits(
  raw: JsonObject,
  edits: readonly FieldEdit[],
): JsonObject {
  return edits.reduce(
    (document, { pointer, value }) =>
      value === undefined
        ? without(document, pointer)
        : setAt(document, pointer, value),
    raw,
  );
}

function without(document: JsonObject, pointer: Pointer): JsonObject {
  const [head, ...rest] = segmentsOf(pointer);
  if (head === undefined) return document;
  const child = document[head];
  if (rest.length > 0 && isJsonObject(child))
    return { ...document, [head]: without(child, pointerOf(rest)) };
  return Object.fromEntries(
    Object.entries(document).filter(([name]) => name !== head),
  );
}
