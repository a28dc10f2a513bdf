import type { DesiredConnection } from "../../domain/connection.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { parseSecretRef, type SecretRef } from "../../domain/secret/secret.ts";
import { fieldAt } from "./field-pointers.ts";

/** The parts of a document by what the schema's annotations say about each field. */
export interface SortedFields extends Pick<
  DesiredConnection,
  "fields" | "expected" | "secrets"
> {
  /** Every field the document sets, whatever its kind. */
  readonly present: readonly Pointer[];
}

/** Sorts the fields of a valid document by the field table; no field name is special here. */
export function fieldsOf(document: JsonObject): SortedFields {
  const fields: Record<Pointer, JsonValue> = {};
  const expected: Record<Pointer, JsonValue> = {};
  const secrets = new Map<Pointer, SecretRef>();
  const present: Pointer[] = [];
  for (const rule of FIELD_RULES) {
    const value = fieldAt(document, rule.pointer);
    if (value === undefined) continue;
    present.push(rule.pointer);
    if (rule.isSecret) {
      const ref = typeof value === "string" ? parseSecretRef(value) : undefined;
      if (ref !== undefined) secrets.set(rule.pointer, ref);
    } else if (rule.isReadOnly) expected[rule.pointer] = value;
    else if (!rule.isLocal || rule.isRecorded) fields[rule.pointer] = value;
  }
  return { fields, expected, secrets, present };
}

/**
 * The text of a top-level field; `""` where it is missing or no text, which a valid document rules
 * out for required fields.
 */
export function textField(document: JsonObject, name: string): string {
  const value = document[name];
  return typeof value === "string" ? value : "";
}
