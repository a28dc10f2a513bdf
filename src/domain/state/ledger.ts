import type { Outcome } from "./outcome.ts";

/**
 * The receipt of one apply: one line of the ledger. Lines are chained: `previous` is the digest of
 * the line before.
 */
export interface Receipt {
  readonly formatVersion: "1.0";
  readonly kind: "receipt";
  readonly runId: string;
  readonly environment: string;
  readonly apiHost: string;
  readonly planDigest: string;
  readonly commit: string | null;
  /** Who applied, as the operating system or CI names them. */
  readonly actor: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly result: "applied" | "partial" | "interrupted";
  readonly outcomes: readonly Outcome[];
  /** `sha256:…` of the previous line, or `null` on the first. */
  readonly previous: string | null;
  /** `sha256:…` over the canonical form of everything above. */
  readonly digest: string;
}

/** One line of the write-ahead journal of a run that has not finished. */
export type JournalEntry =
  | {
      readonly kind: "begin";
      readonly runId: string;
      readonly planDigest: string;
      readonly commit: string | null;
      readonly actor: string;
      readonly at: string;
    }
  | {
      readonly kind: "step";
      readonly key: string;
      readonly action: string;
      readonly step: string;
      /** Custom provider that the step is about, where it is about one. */
      readonly provider?: string;
      readonly at: string;
    }
  | {
      readonly kind: "outcome";
      readonly outcome: Outcome;
      readonly at: string;
    };
