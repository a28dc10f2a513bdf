/**
 * What the reconciler may do by itself in an environment. `observe` tells; `propose` also carries
 * out what somebody approved by its digest; `heal` also takes drift back to what was last applied;
 * `enforce` also rolls out a new commit.
 */
export type ReconcileMode = "observe" | "propose" | "heal" | "enforce";

/** How an environment is reconciled, with every default applied. */
export interface ReconcileSettings {
  readonly mode: ReconcileMode;
  /** From the start of one tick to the start of the next, before jitter. */
  readonly intervalMs: number;
  /** The first wait after a tick that failed; it doubles up to the interval. */
  readonly retryMs: number;
  /** Every connection is read in full at least once in so many ticks. */
  readonly fullReadEvery: number;
  /** Accounts are counted once in so many ticks; `null`: never. */
  readonly accountsEvery: number | null;
  /** Most connections that are taken back in an hour. */
  readonly maxHealsPerHour: number;
  /** After so many heals of the same field within a day, it is left alone and told. */
  readonly fightingAfter: number;
  /** True to roll out only commits whose signature git can verify. */
  readonly requiresSignedCommits: boolean;
}
