/** The type of a field on the wire. `struct` is any JSON object, `value` any JSON value, `map` a map of strings. */
export type FieldType =
  | { readonly kind: "string" | "bool" | "uint32" | "map" | "struct" | "value" }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "message"; readonly message: MessageSpec }
  | { readonly kind: "list"; readonly of: FieldType };

/** Rules a message definition carries for a field. Lengths are in characters; those of a map are for its pairs. */
export interface FieldRules {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** Lengths of a map's keys and values. */
  readonly keyLength?: readonly [min: number, max: number];
  readonly valueLength?: readonly [min: number, max: number];
  /** True when the message must hold the field. */
  readonly isRequired?: boolean;
  /** True for a field that is accepted and not used, because the server makes it. */
  readonly isOutputOnly?: boolean;
}

/** One field of a message. */
export interface FieldSpec extends FieldRules {
  readonly type: FieldType;
  /** True where unset differs from the zero value (wrapper types, `optional`, messages): only set fields are emitted. */
  readonly hasPresence: boolean;
}

/** A message definition: the fields under their proto names. */
export interface MessageSpec {
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

/** A field without explicit presence. */
export function plain(type: FieldType, rules: FieldRules = {}): FieldSpec {
  return { type, hasPresence: false, ...rules };
}

/** A field whose absence means something. */
export function optional(type: FieldType, rules: FieldRules = {}): FieldSpec {
  return { type, hasPresence: true, ...rules };
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
export const STRING_MAP: FieldType = { kind: "map" };
export const STRUCT: FieldType = { kind: "struct" };
export const VALUE: FieldType = { kind: "value" };
