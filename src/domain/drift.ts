import type { FieldSemantics } from "./field/field.ts";
import type { PlanFieldClass, PlanScopeChange } from "./generated/plan.ts";
import type { JsonValue } from "./json.ts";
import type { Pointer } from "./field/pointer.ts";

/**
 * One field whose live value is not the one we last applied. A value that is missing was absent
 * there. Never a secret field.
 */
export interface DriftField {
  readonly path: Pointer;
  readonly semantics: FieldSemantics;
  /**
   * `drift`: only the platform moved. `conflict`: the documents moved too, to another value.
   * `settled`: both moved to the same value. `unmanaged`: the documents let go of the field.
   */
  readonly class: PlanFieldClass;
  /** Value of the last apply. */
  readonly last?: JsonValue;
  /** Value the API reports now. */
  readonly live?: JsonValue;
  /** Value the documents ask for now. */
  readonly desired?: JsonValue;
}

/** A connection we own that was changed behind our back. */
export interface DriftedConnection {
  readonly key: string;
  readonly remoteId: string;
  readonly provider: string;
  /** Sorted by path, never empty. */
  readonly fields: readonly DriftField[];
  /** Scopes that live asks for beyond the last apply, and those it no longer asks for. */
  readonly scopes: readonly PlanScopeChange[];
}

/** A live connection, named. */
export interface LiveRef {
  readonly key: string;
  readonly remoteId: string;
  readonly provider: string;
}

/**
 * What moved on the platform since the last apply. Secrets are not in it: the API masks them, so a
 * changed one cannot be seen. There is drift exactly when `drifted` or `missing` is not empty.
 */
export interface DriftReport {
  readonly environment: string;
  readonly apiHost: string;
  /** How many connections we own and compared. */
  readonly checkedCount: number;
  /** Sorted by key. */
  readonly drifted: readonly DriftedConnection[];
  /** Keys we own that no longer exist on the platform, sorted. */
  readonly missing: readonly string[];
  /**
   * Connections, declared or owned, that the platform shows in a way that cannot be used, and what
   * is wrong with it; sorted by key.
   */
  readonly unreadable: readonly {
    readonly key: string;
    readonly why: string;
  }[];
  /** Live connections we do not own, sorted by key; no drift, only named. */
  readonly unmanaged: readonly LiveRef[];
}

/** True when something we own moved or is gone. */
export function hasDrift(report: DriftReport): boolean {
  return report.drifted.length > 0 || report.missing.length > 0;
}
