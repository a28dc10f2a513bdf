/**
 * The type of a field on the wire. `struct` is any JSON object, `values` any JSON list, `map` a map
 * of strings, `timestamp` a text in JSON. `opaque` is a message of that name whose members nothing
 * here looks at: any JSON object.
 */
export type FieldType =
  | {
      readonly kind:
        | "string"
        | "bool"
        | "uint32"
        | "int32"
        | "map"
        | "struct"
        | "values"
        | "timestamp";
    }
  | {
      readonly kind: "enum";
      readonly name: string;
      /** The index of a name is its number. */
      readonly values: readonly string[];
    }
  | { readonly kind: "opaque"; readonly name: string }
  | { readonly kind: "message"; readonly message: MessageSpec }
  | { readonly kind: "list"; readonly of: FieldType };

/**
 * Rules a message definition carries for a field. Lengths are in characters; those of a map are for
 * its pairs.
 */
export interface FieldRules {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What a text that is not empty starts with. */
  readonly prefix?: string;
  /** Lengths of a map's keys and values. */
  readonly keyLength?: readonly [min: number, max: number];
  readonly valueLength?: readonly [min: number, max: number];
  /** True when the message must hold the field. */
  readonly isRequired?: boolean;
  /** True for a field that is accepted and not used, because the server makes it. */
  readonly isOutputOnly?: boolean;
}

/**
 * How a field tells "unset" from its zero value: not at all, by the keyword `optional`, or because
 * it is a message, which a scalar in a wrapper message is too.
 */
export type Presence = "implicit" | "optional" | "message" | "wrapper";

/** One field of a message. */
export interface FieldSpec extends FieldRules {
  /**
   * Number on the binary wire; `null` for a field of the older dialect, which has no binary wire.
   */
  readonly number: number | null;
  readonly type: FieldType;
  readonly presence: Presence;
  /** True where unset differs from the zero value: only set fields are emitted. */
  readonly hasPresence: boolean;
  /** Name of the group of which at most one field is set. */
  readonly oneof?: string;
  /** True for a field the vendor added after its Node SDK 2.11.0. */
  readonly isNewer?: boolean;
}

/** A message definition: the fields under their proto names. */
export interface MessageSpec {
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

/** In place of a number, in messages of the older dialect. */
export const UNPUBLISHED = null;

/** A field without explicit presence. */
export function plain(
  number: number | null,
  type: FieldType,
  rules: FieldRules = {},
): FieldSpec {
  return { number, type, presence: "implicit", hasPresence: false, ...rules };
}

/** A field with the keyword `optional`. */
export function optional(
  number: number | null,
  type: FieldType,
  rules: FieldRules = {},
): FieldSpec {
  return { number, type, presence: "optional", hasPresence: true, ...rules };
}

/** A field that holds a message. */
export function nested(
  number: number | null,
  type: FieldType,
  rules: FieldRules = {},
): FieldSpec {
  return { number, type, presence: "message", hasPresence: true, ...rules };
}

/** A scalar in a wrapper message (`google.protobuf.StringValue`), which JSON does not show. */
export function wrapped(
  number: number | null,
  type: FieldType,
  rules: FieldRules = {},
): FieldSpec {
  return { number, type, presence: "wrapper", hasPresence: true, ...rules };
}

/**
 * A field the vendor added after its Node SDK 2.11.0; the numbers are those of its Python SDK
 * 2.21.0.
 */
export function newer(field: FieldSpec): FieldSpec {
  return { ...field, isNewer: true };
}

/** Type of a field that holds a message. */
export function messageOf(message: MessageSpec): FieldType {
  return { kind: "message", message };
}

/** Type of a repeated field. */
export function listOf(of: FieldType): FieldType {
  return { kind: "list", of };
}

/** The scalar types, by their wire names. */
export const STRING: FieldType = { kind: "string" };
export const BOOL: FieldType = { kind: "bool" };
export const UINT32: FieldType = { kind: "uint32" };
export const INT32: FieldType = { kind: "int32" };
export const STRING_MAP: FieldType = { kind: "map" };
export const STRUCT: FieldType = { kind: "struct" };
export const VALUES: FieldType = { kind: "values" };
export const TIMESTAMP: FieldType = { kind: "timestamp" };
