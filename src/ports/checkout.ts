/** The documents at hand when a plan is applied: what a plan was made from must be the same. */
export interface Checkout {
  /** `null` outside a repository. */
  readonly commit: string | null;
  /**
   * How the documents of another commit relate to those of this one. Reads nothing but git's own
   * objects.
   */
  compare(commit: string): Promise<CheckoutComparison>;
}

/**
 * How documents of another commit relate to those of `HEAD`. `unknown` where that commit is not in
 * this clone.
 */
export type CheckoutComparison =
  | { readonly kind: "same" | "unknown" }
  | { readonly kind: "other"; readonly folders: readonly string[] };
