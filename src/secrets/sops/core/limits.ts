/**
 * Bounds a file of secrets must keep, checked before any key is used. They stop hostile input
 * (alias bombs, endless nesting), and lie far above what people write.
 * @remarks Source: docs/decisions/0012-own-sops-core.md.
 */
export interface SopsLimits {
  readonly maxBytes: number;
  /** Nesting of maps and lists. */
  readonly maxDepth: number;
  /** Maps, lists and scalars of all documents, with every alias counted at its full size. */
  readonly maxNodes: number;
}

/** The limits used where the caller sets none. */
export const SOPS_LIMITS: SopsLimits = {
  maxBytes: 1_048_576,
  maxDepth: 1000,
  maxNodes: 100_000,
};

/** What parsing and reading need to know about a file. */
export interface ParseContext {
  /** The name messages use. */
  readonly file: string;
  readonly limits: SopsLimits;
}
