import type { PlanStep } from "../generated/plan.ts";

/**
 * What became of one step of a change, with the digest of the request as sent (method, path, body
 * with secrets replaced).
 */
export interface StepRecord {
  readonly step: PlanStep;
  readonly requestDigest: string;
  readonly requestId?: string;
}

/** What became of a change. */
export interface Outcome {
  readonly key: string;
  readonly action: string;
  readonly status: "applied" | "skipped" | "failed" | "unknown";
  /** Stable code of the reason, absent for `applied`. */
  readonly code?: string;
  /** One sentence for people; never holds a secret. */
  readonly message?: string;
  readonly remoteId: string | null;
  /**
   * True when the answer to a step never came and reading back showed the planned result: `steps`
   * then ends before that step.
   */
  readonly isReadBack?: boolean;
  /**
   * Address the platform made for a new connection: it has to be registered at the OAuth client
   * before anybody can sign in.
   */
  readonly redirectUri?: string;
  readonly steps: readonly StepRecord[];
}
