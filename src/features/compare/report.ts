import type { FieldSemantics } from "../../domain/field/field.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/** One side of a difference: what an environment asks for, and where that is written. */
export interface ComparedValue {
  /**
   * Missing where the environment does not manage the field. A secret field shows its reference.
   */
  readonly value?: JsonValue;
  readonly location?: SourceLocation;
}

/** A field that two environments ask for differently. */
export interface ComparedField {
  readonly path: Pointer;
  readonly semantics: FieldSemantics;
  readonly left: ComparedValue;
  readonly right: ComparedValue;
  /**
   * Who said that the two are meant to differ: `varies` (the connection lists the field under
   * `lifecycle.varies`), `variable` (both write the same text, and a variable or an environment
   * variable fills it), `override` (the second environment's own file sets the field), `null`
   * nobody.
   */
  readonly declared: "varies" | "variable" | "override" | null;
}

/** A connection that both environments have. */
export interface ComparedConnection {
  readonly key: string;
  /** Sorted by path; empty when both ask for the same. */
  readonly fields: readonly ComparedField[];
}

/** A connection that only one of the environments has. */
export interface LonelyConnection {
  readonly key: string;
  readonly provider: string;
  readonly location: SourceLocation;
}

/** How two environments differ in what they ask for. */
export interface Comparison {
  readonly left: string;
  readonly right: string;
  /** Sorted by key. */
  readonly both: readonly ComparedConnection[];
  readonly onlyLeft: readonly LonelyConnection[];
  readonly onlyRight: readonly LonelyConnection[];
}

/** The fields of a connection that differ although nobody said they are meant to. */
export function undeclared(connection: ComparedConnection): ComparedField[] {
  return connection.fields.filter(({ declared }) => declared === null);
}

/** True when the environments differ in something nobody declared. */
export function hasDifferences(comparison: Comparison): boolean {
  return (
    comparison.onlyLeft.length > 0 ||
    comparison.onlyRight.length > 0 ||
    comparison.both.some((connection) => undeclared(connection).length > 0)
  );
}
