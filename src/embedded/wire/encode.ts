import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { FieldSpec, MessageSpec } from "./field-spec.ts";
import type { Switches } from "../switches.ts";

/** The switches that decide how a reply is spelled. */
export type Spelling = Pick<Switches, "zeroValues" | "fieldSet">;

/**
 * A reply message as JSON. Members the definition does not know are kept: an environment may be
 * newer than it.
 * @param spelling - whether fields without presence are spelled out when unset, or left out even
 * when stored as zero; whether fields newer than the SDK are shown.
 */
export function encodeMessage(
  spec: MessageSpec,
  message: JsonObject,
  spelling: Spelling,
): JsonObject {
  const known = Object.entries(spec.fields).flatMap(([name, field]) =>
    encodeField(name, field, { value: message[name], spelling }),
  );
  const unknown = Object.entries(message).filter(
    ([name]) => !Object.hasOwn(spec.fields, name),
  );
  return Object.fromEntries([...known, ...unknown]);
}

interface Encoding {
  readonly value: JsonValue | undefined;
  readonly spelling: Spelling;
}

function encodeField(
  name: string,
  field: FieldSpec,
  { value, spelling }: Encoding,
): (readonly [string, JsonValue])[] {
  if (spelling.fieldSet === "older" && field.isNewer === true) return [];
  if (field.hasPresence) {
    if (value === undefined) return [];
    return field.type.kind === "message" && isJsonObject(value)
      ? [[name, encodeMessage(field.type.message, value, spelling)]]
      : [[name, value]];
  }
  const zero = zeroOf(field);
  if (value === undefined || isZero(value, zero)) {
    return spelling.zeroValues === "present" ? [[name, zero]] : [];
  }
  return [[name, value]];
}

function zeroOf(field: FieldSpec): JsonValue {
  switch (field.type.kind) {
    case "string":
    case "timestamp":
      return "";
    case "bool":
      return false;
    case "uint32":
    case "int32":
      return 0;
    case "list":
    case "values":
      return [];
    case "enum":
      return field.type.values[0] ?? "";
    case "map":
    case "struct":
    case "opaque":
    case "message":
      return {};
  }
}

function isZero(value: JsonValue, zero: JsonValue): boolean {
  if (typeof value === "object" && value !== null) {
    return Object.keys(value).length === 0;
  }
  return value === zero;
}
