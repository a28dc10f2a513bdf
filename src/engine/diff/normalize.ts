import { parseAddress } from "../../domain/address.ts";
import type {
  DesiredConnection,
  FieldValues,
  LiveConnection,
} from "../../domain/connection.ts";
import type { FieldSemantics } from "../../domain/field/field.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import {
  pointerOf,
  segmentsOf,
  setAt,
  type Pointer,
} from "../../domain/field/pointer.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { compareText } from "../../util/compare-text.ts";
import {
  AUTH_TYPE_POINTER,
  isCompared,
  PROVIDER_POINTER,
} from "./field-rules.ts";

/**
 * Brings a value to its comparable form; applying twice changes nothing. `undefined` stands for
 * every way to say "nothing there": absent, `null` and the zero value of any type.
 * @remarks Source: protobuf's JSON mapping leaves fields of zero value out, so an API that speaks
 * it cannot tell them from absent ones, and a cleared field comes back as either (protobuf.dev,
 * "ProtoJSON format", presence and default values).
 */
export function normalizeValue(
  semantics: FieldSemantics,
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (isEmptyValue(value)) return undefined;
  if (semantics === "set" && Array.isArray(value)) return normalizeSet(value);
  if (semantics === "url" && typeof value === "string")
    return parseAddress(value)?.text ?? value;
  if (semantics === "object" && isJsonObject(value))
    return normalizeMembers(value);
  return value;
}

/**
 * An object whose members are all empty is empty itself, as a message without set fields is on the
 * wire.
 */
function normalizeMembers(value: JsonObject): JsonValue | undefined {
  const members = Object.entries(value).flatMap(([name, member]) => {
    const semantics = Array.isArray(member) ? "set" : "object";
    const normal = normalizeValue(semantics, member);
    return normal === undefined ? [] : [[name, normal] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function isEmptyValue(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "object") return Object.keys(value).length === 0;
  return value === "" || value === false || value === 0;
}

function normalizeSet(items: readonly JsonValue[]): JsonValue {
  const byText = new Map(items.map((item) => [canonicalJson(item), item]));
  return [...byText]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, item]) => item);
}

/**
 * A value as plans show it: what was written, with sets and the members of maps in one order, so
 * that turning them around in a document or a reply leaves the plan as it is.
 */
export function orderedValue(
  semantics: FieldSemantics,
  value: JsonValue,
): JsonValue {
  if (semantics === "set" && Array.isArray(value)) return normalizeSet(value);
  const ordered = withOrderedMembers(value);
  if (semantics !== "object" || !isJsonObject(ordered)) return ordered;
  return Object.fromEntries(
    Object.entries(ordered).map(([name, member]): [string, JsonValue] => [
      name,
      Array.isArray(member) ? normalizeSet(member) : member,
    ]),
  );
}

function withOrderedMembers(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withOrderedMembers);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value)
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, member]): [string, JsonValue] => [
      name,
      withOrderedMembers(member),
    ]);
  return Object.fromEntries(members);
}

/**
 * Values to compare of what the documents ask for: without secrets, server-made and local fields.
 */
export function comparableDesired(desired: DesiredConnection): FieldValues {
  return compared(desired.fields, desired.provider, desired.authType);
}

/** Values to compare of what the API reports. */
export function comparableLive(live: LiveConnection): FieldValues {
  return compared(live.fields, live.provider, live.authType);
}

/** Values to compare of what the last apply left. */
export function comparableLast(entry: InventoryEntry): FieldValues {
  return compared(entry.lastApplied, entry.provider, entry.authType);
}

function compared(
  fields: FieldValues,
  provider: string,
  authType: string,
): FieldValues {
  const known = Object.entries(fields).filter(([pointer]) =>
    isCompared(pointer),
  );
  return {
    ...Object.fromEntries(known),
    [PROVIDER_POINTER]: provider,
    [AUTH_TYPE_POINTER]: authType,
  };
}

/**
 * A live connection in document form, the object a change's `operations` apply to: every group of
 * the schema is there, empty where the API reports nothing, so that a field can be added without
 * adding its group first. `null` gives the form of "nothing there".
 */
export function liveDocument(live: LiveConnection | null): JsonObject {
  let document = EMPTY_DOCUMENT;
  if (live === null) return document;
  for (const [pointer, value] of Object.entries(comparableLive(live)))
    document = setAt(document, pointer, value);
  return document;
}

const EMPTY_DOCUMENT: JsonObject = FIELD_RULES.map((rule) =>
  pointerOf(segmentsOf(rule.pointer).slice(0, -1)),
)
  .filter((group: Pointer) => group !== "")
  .reduce<JsonObject>((document, group) => setAt(document, group, {}), {});
