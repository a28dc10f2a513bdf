import { readFileSync } from "node:fs";
import { isJsonObject, type JsonObject } from "../../src/domain/json.ts";
import type { JsonValue } from "../../src/domain/json.ts";

/** The published schema of connection documents: what may be written at all. */
export const CONNECTION_SCHEMA: JsonObject = readSchema();

function readSchema(): JsonObject {
  const text = readFileSync(
    new URL("../../schemas/connection.schema.json", import.meta.url),
    "utf8",
  );
  const schema: unknown = JSON.parse(text);
  if (isJsonObject(schema)) return schema;
  throw new TypeError("the schema is no object");
}

/** The schema of the field at a pointer such as `/settings/smart`. */
export function schemaAt(pointer: string): JsonObject {
  return pointer
    .slice(1)
    .split("/")
    .reduce<JsonObject>(
      (schema, name) => memberOf(memberOf(schema, "properties"), name),
      CONNECTION_SCHEMA,
    );
}

/**
 * Every value of a field that says "nothing there" or says it of a part: `null`, the zero value of
 * its type, an object or list with such a member, a map with an empty text.
 */
export function emptyValues(schema: JsonObject): readonly JsonValue[] {
  const choices = listOf(schema["anyOf"]).filter(isJsonObject);
  if (choices.length > 0) return unique(choices.flatMap(emptyValues));
  const types = [schema["type"] ?? []].flat();
  return unique([
    ...(types.includes("null") || listOf(schema["enum"]).includes(null)
      ? [null]
      : []),
    ...(types.includes("string") ? emptyTexts(schema) : []),
    ...(types.includes("boolean") ? [false] : []),
    ...(types.includes("integer") && Number(schema["minimum"] ?? 0) <= 0
      ? [0]
      : []),
    ...(types.includes("array") ? emptyLists(schema) : []),
    ...(types.includes("object") ? emptyObjects(schema) : []),
  ]);
}

function emptyTexts(schema: JsonObject): readonly JsonValue[] {
  const { minLength, pattern, format } = schema;
  const isShort = typeof minLength !== "number" || minLength === 0;
  const matches = typeof pattern !== "string" || new RegExp(pattern).test("");
  return isShort && matches && format === undefined ? [""] : [];
}

function emptyLists(schema: JsonObject): readonly JsonValue[] {
  const items = memberOf(schema, "items");
  const hasMinimum = Number(schema["minItems"] ?? 0) > 0;
  const inner = items["type"] === "object" ? emptyObjects(items) : [];
  return [...(hasMinimum ? [] : [[]]), ...inner.map((item) => [item])];
}

/**
 * `{}`, each member empty by itself, and all members empty at once; required members have an
 * ordinary value.
 */
function emptyObjects(schema: JsonObject): readonly JsonObject[] {
  const needed = listOf(schema["required"]).filter(
    (name) => typeof name === "string",
  );
  const required = Object.fromEntries(
    needed.map((name) => [
      name,
      ordinaryValue(memberOf(memberOf(schema, "properties"), name)),
    ]),
  );
  const members = Object.entries(memberOf(schema, "properties")).flatMap(
    ([name, member]) =>
      isJsonObject(member)
        ? emptyValues(member).map((value): [string, JsonValue] => [name, value])
        : [],
  );
  const free = schema["additionalProperties"];
  const isMap = isJsonObject(free) && emptyTexts(free).length > 0;
  return [
    required,
    ...members.map(([name, value]) => ({ ...required, [name]: value })),
    ...(members.length > 1
      ? [{ ...required, ...Object.fromEntries(members) }]
      : []),
    ...(isMap ? [{ name: "" }] : []),
  ];
}

function ordinaryValue(schema: JsonObject): JsonValue {
  const [first] = listOf(schema["enum"]);
  return first ?? "text";
}

/** The list itself; anything else has no items. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

/** A member that is an object; anything else has no members. */
export function memberOf(object: JsonObject, name: string): JsonObject {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return isJsonObject(value) ? value : {};
}

function unique(values: readonly JsonValue[]): readonly JsonValue[] {
  return [...new Map(values.map((v) => [JSON.stringify(v), v])).values()];
}
