/** The layer of a document stack that set a value, in the order they are applied. */
export type Layer =
  "template" | "base" | "overlay" | "variable" | "environment" | "rule";

/**
 * Where a value was written. `file` is relative to the workspace with forward slashes; `line` and
 * `column` count from 1.
 */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Absent where layers do not apply (secrets files, plan files). */
  readonly layer?: Layer;
  /** Name of the variable, where the layer is one. */
  readonly name?: string;
}
