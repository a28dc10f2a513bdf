import type { PlanScopeChange } from "../../domain/generated/plan.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/** A connection whose users were asked for something else since they consented. */
export interface ConsentLag {
  readonly key: string;
  /** When the last change that asks for a new consent was applied, ISO 8601. */
  readonly changedAt: string;
  /** Plan it was part of. */
  readonly planDigest: string;
  /** Who applied it. */
  readonly actor: string;
  /** Fields that moved, sorted; empty where that plan is no longer stored, so that nobody knows. */
  readonly paths: readonly Pointer[];
  /** Scopes that came and went then, as that plan told; empty where it did not. */
  readonly scopes: readonly PlanScopeChange[];
  /** Connected accounts of the connection. */
  readonly accounts: number | "unknown";
  /**
   * Digests of the accounts that have not changed since: most that can still hold the old grant.
   */
  readonly lagging: readonly string[] | "unknown";
}

/**
 * Who may still hold an old grant. An account that changed since the change counts as having
 * consented again; the API shows no consent as such, so this is what lists can tell, and nothing
 * that authenticates is read.
 */
export interface ConsentReport {
  readonly environment: string;
  readonly apiHost: string;
  /** How many owned connections had such a change, ever. */
  readonly changedCount: number;
  /** Those where someone lags or nobody knows; sorted by key. */
  readonly connections: readonly ConsentLag[];
}
