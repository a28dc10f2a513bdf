import type { DesiredConnection } from "../domain/connection.ts";
import { FIELD_RULES } from "../domain/generated/fields.ts";
import type { FieldRule } from "../domain/field.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../domain/json.ts";
import { segmentsOf, type Pointer } from "../domain/pointer.ts";
import { parseSecretRef, type SecretRef } from "../domain/secret.ts";

// Split once: this runs for every field of every connection.
const RULES: readonly (readonly [FieldRule, readonly string[]])[] =
  FIELD_RULES.map((rule) => [rule, segmentsOf(rule.pointer)]);

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
  for (const [rule, segments] of RULES) {
    const value = valueAt(document, segments);
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

function valueAt(
  root: JsonObject,
  segments: readonly string[],
): JsonValue | undefined {
  let at: JsonValue | undefined = root;
  for (const segment of segments) {
    if (!isJsonObject(at) || !Object.hasOwn(at, segment)) return undefined;
    at = at[segment];
  }
  return at;
}

/** The text of a top-level field; `""` where it is missing or no text, which a valid document rules out for required fields. */
export function textField(document: JsonObject, name: string): string {
  const value = document[name];
  return typeof value === "string" ? value : "";
}
