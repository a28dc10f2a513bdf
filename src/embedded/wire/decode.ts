import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { FieldSpec, FieldType, MessageSpec } from "./field-spec.ts";
import { checkRules } from "./field-rules.ts";
import { camelCase } from "./members.ts";
import { invalidArgument, validationError } from "./status.ts";
import type { FieldViolation } from "./status.ts";
import { append } from "../../util/append.ts";

/** How strictly a request is read. */
export interface DecodeOptions {
  readonly unknownFields: "refuse" | "ignore";
  /** `older`: fields newer than the SDK are unknown. Default `current`. */
  readonly fieldSet?: "current" | "older";
  /**
   * Members no definition knows that are taken as they come, by the path of their message
   * (`connection.oauth_config`).
   */
  readonly accepts?: (path: string, name: string) => boolean;
  /**
   * Enum names no definition knows that are taken as they come, by the path of their field
   * (`connection.type`).
   */
  readonly acceptsEnum?: (path: string, name: string) => boolean;
}

interface Decoding extends DecodeOptions {
  readonly violations: FieldViolation[];
}

/**
 * Deepest nesting of a request. @remarks Source: the default recursion limit of protobuf parsers.
 */
export const MAX_DEPTH = 100;

/**
 * Reads a request message by its definition: `null` is unset, enum numbers become names.
 * @throws StatusError INVALID_ARGUMENT for a member that does not parse, or with every broken rule
 * at once ("Validation error").
 */
export function decodeMessage(
  spec: MessageSpec,
  value: JsonValue,
  options: DecodeOptions,
): JsonObject {
  const decoding: Decoding = { ...options, violations: [] };
  const message = decodeFields(spec, value, { path: "", decoding });
  if (decoding.violations.length > 0) {
    throw validationError(decoding.violations);
  }
  return message;
}

interface Place {
  /** Dotted path of the message, `""` for the request itself. */
  readonly path: string;
  readonly decoding: Decoding;
}

function decodeFields(
  spec: MessageSpec,
  value: JsonValue,
  place: Place,
): JsonObject {
  if (!isJsonObject(value)) {
    throw invalidArgument(`${place.path || "the body"}: expected an object`);
  }
  const given = Object.entries(value).map(
    ([name, member]) => [protoName(spec, name), member] as const,
  );
  const names = given.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw invalidArgument(`${pathOf(place, twice)}: is given twice`);
  const known = given.flatMap(([name, member]) => {
    const field = Object.hasOwn(spec.fields, name)
      ? spec.fields[name]
      : undefined;
    const isUnknown =
      field === undefined ||
      (field.isNewer === true && place.decoding.fieldSet === "older");
    if (isUnknown) return takeUnknown(name, member, place);
    if (member === null || field.isOutputOnly === true) return [];
    const path = pathOf(place, name);
    const decoded = decodeValue(field.type, member, { ...place, path });
    append(place.decoding.violations, checkRules(path, field, decoded));
    return [[name, decoded] as const];
  });
  for (const [name, field] of Object.entries(spec.fields)) {
    if (field.isRequired === true && !isSet(given, name)) {
      place.decoding.violations.push(required(pathOf(place, name)));
    }
  }
  return Object.fromEntries(known);
}

function takeUnknown(
  name: string,
  member: JsonValue,
  place: Place,
): (readonly [string, JsonValue])[] {
  const { accepts, unknownFields } = place.decoding;
  if (accepts?.(place.path, name) === true) return [[name, member]];
  if (unknownFields === "ignore") return [];
  const where = place.path === "" ? "the request" : place.path;
  throw invalidArgument(`unknown field in ${where}: ${printable(name)}`);
}

function decodeValue(
  type: FieldType,
  value: JsonValue,
  place: Place,
): JsonValue {
  switch (type.kind) {
    case "message":
      return decodeFields(type.message, value, place);
    case "list":
      return itemsOf(value, place).map((item) =>
        decodeValue(type.of, item, place),
      );
    case "values":
      return itemsOf(value, place);
    case "struct":
    case "opaque":
    case "map":
      return decodeObject(type.kind, value, place);
    case "enum":
      return decodeEnum(type.values, value, place);
    default:
      return decodeScalar(type.kind, value, place);
  }
}

function itemsOf(value: JsonValue, place: Place): readonly JsonValue[] {
  if (!Array.isArray(value)) throw wrongType(place, "a list");
  // The guard of the platform says any[]; what it finds is still JSON.
  return value as readonly JsonValue[];
}

function decodeScalar(
  kind: "string" | "timestamp" | "bool" | "uint32" | "int32",
  value: JsonValue,
  place: Place,
): JsonValue {
  switch (kind) {
    case "uint32":
    case "int32":
      return decodeWhole(kind, value, place);
    case "string":
    case "timestamp":
      if (typeof value !== "string") throw wrongType(place, "a string");
      return value;
    case "bool":
      if (typeof value !== "boolean") throw wrongType(place, "true or false");
      return value;
  }
}

function decodeObject(
  kind: "struct" | "opaque" | "map",
  value: JsonValue,
  place: Place,
): JsonObject {
  if (!isJsonObject(value)) throw wrongType(place, "an object");
  const isMapOfStrings = Object.values(value).every(
    (member) => typeof member === "string",
  );
  if (kind === "map" && !isMapOfStrings) {
    throw wrongType(place, "an object of strings");
  }
  return value;
}

function decodeEnum(
  names: readonly string[],
  value: JsonValue,
  place: Place,
): string {
  if (typeof value === "string") {
    const isKnown =
      names.includes(value) ||
      place.decoding.acceptsEnum?.(place.path, value) === true;
    if (isKnown) return value;
    throw invalidArgument(`${place.path}: invalid value for enum field`);
  }
  if (typeof value !== "number") throw wrongType(place, "an enum name");
  const name = names[value];
  if (name !== undefined) return name;
  // A number parses whatever it is; the rule "defined values only" refuses it.
  place.decoding.violations.push({
    field: place.path,
    description: "value must be one of the defined enum values",
    constraint: "enum.defined_only",
  });
  return names[0] ?? "";
}

const RANGES = {
  uint32: [0, 0xffffffff],
  int32: [-0x80000000, 0x7fffffff],
} as const;

function decodeWhole(
  kind: "uint32" | "int32",
  value: JsonValue,
  place: Place,
): number {
  const number =
    typeof value === "string" && /^-?\d{1,10}$/.test(value)
      ? Number(value)
      : value;
  const [least, greatest] = RANGES[kind];
  const isWhole =
    typeof number === "number" &&
    Number.isInteger(number) &&
    number >= least &&
    number <= greatest;
  if (!isWhole) throw wrongType(place, "a whole number");
  return number;
}

/**
 * Builds a request message from query parameters; dots descend into messages, names nobody knows
 * are ignored as gateways do.
 */
export function readQuery(
  spec: MessageSpec,
  query: URLSearchParams,
): JsonObject {
  let message: JsonObject = {};
  for (const name of new Set(query.keys())) {
    const { field, path } = fieldAt(spec, name.split("."));
    if (field === undefined) continue;
    const values = query.getAll(name);
    const value =
      field.type.kind === "list"
        ? values
        : queryScalar(field.type, values.at(-1) ?? "");
    message = setAt(message, path, value);
  }
  return message;
}

function queryScalar(type: FieldType, text: string): JsonValue {
  if (type.kind === "bool" && (text === "true" || text === "false")) {
    return text === "true";
  }
  return text;
}

function fieldAt(
  spec: MessageSpec,
  [given = "", ...rest]: readonly string[],
): { readonly field: FieldSpec | undefined; readonly path: readonly string[] } {
  const name = protoName(spec, given);
  const field = Object.hasOwn(spec.fields, name)
    ? spec.fields[name]
    : undefined;
  if (rest.length === 0) return { field, path: [name] };
  if (field?.type.kind !== "message") return { field: undefined, path: [name] };
  const below = fieldAt(field.type.message, rest);
  return { ...below, path: [name, ...below.path] };
}

function setAt(
  message: JsonObject,
  path: readonly string[],
  value: JsonValue,
): JsonObject {
  const [name = "", ...rest] = path;
  if (rest.length === 0) return { ...message, [name]: value };
  const inner = message[name];
  return {
    ...message,
    [name]: setAt(isJsonObject(inner) ? inner : {}, rest, value),
  };
}

/** True when no value is nested deeper than {@link MAX_DEPTH}; never recurses further than that. */
export function isShallow(value: JsonValue, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  return Object.values(value).every((member: JsonValue) =>
    isShallow(member, depth + 1),
  );
}

function isSet(
  given: readonly (readonly [string, JsonValue])[],
  name: string,
): boolean {
  return given.some(([each, member]) => each === name && member !== null);
}

/**
 * The name of a member in its definition: parsers take the lowerCamelCase of a name as well as the
 * name itself.
 * @remarks Source: protobuf language guide, ProtoJSON format.
 */
function protoName(spec: MessageSpec, name: string): string {
  if (Object.hasOwn(spec.fields, name) || !/[A-Z]/.test(name)) return name;
  return (
    Object.keys(spec.fields).find((each) => camelCase(each) === name) ?? name
  );
}

function required(field: string): FieldViolation {
  return { field, description: "value is required", constraint: "required" };
}

function pathOf(place: Place, name: string): string {
  return place.path === "" ? name : `${place.path}.${name}`;
}

function wrongType(place: Place, expected: string): Error {
  return invalidArgument(`${place.path}: expected ${expected}`);
}

/** A member name as it may stand in a message: short and without control characters. */
function printable(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}
