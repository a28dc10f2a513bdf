import type { EnvironmentRules } from "../../domain/environment.ts";
import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import type { EnvironmentStatus } from "../../domain/reconcile/status.ts";
import type { Inventory, RecordedRules } from "../../domain/state/inventory.ts";
import { standingSettings } from "../../engine/reconcile/standing.ts";

/** What stood before the documents of today, and is not theirs to decide. */
export interface Standing {
  /** Those that hold for what nobody is asked about. */
  readonly settings: ReconcileSettings;
  readonly recorded: RecordedRules | undefined;
  /** Who had to approve before the state was another one; `null`: nobody. */
  readonly formerApprovals: EnvironmentRules["approvals"];
  /** Why people have to look before anything is done; `null` where nothing is. */
  readonly caution: string | null;
  /** Of the state that was reconciled so far; `undefined` before there is one. */
  readonly stateId: string | undefined;
  /** `null` where the documents name the state that was reconciled so far. */
  readonly moved: { readonly appliedCommit: string | null } | null;
}

const MOVED =
  "the state that the documents name is not the one that was reconciled before, so what was applied and who had to approve is not what it says";

/**
 * What stands, from what the last apply recorded and, where the documents name another state than
 * was reconciled before, from what was applied there. `rulesAt` gives the rules of a commit, `null`
 * where they cannot be told.
 */
export async function standingIn(
  rules: EnvironmentRules,
  inventory: Inventory | null,
  {
    before,
    rulesAt,
  }: {
    readonly before: EnvironmentStatus | null;
    readonly rulesAt: (commit: string) => Promise<EnvironmentRules | null>;
  },
): Promise<Standing> {
  const here = inventory?.stateId ?? undefined;
  const recorded = inventory?.rules;
  const stateId = before?.stateId ?? here;
  if (stateId === here)
    return {
      settings: standingSettings(rules.reconcile, recorded, null),
      recorded,
      formerApprovals: null,
      caution: null,
      stateId,
      moved: null,
    };
  const appliedCommit = before?.appliedCommit ?? null;
  const former = appliedCommit === null ? null : await rulesAt(appliedCommit);
  return {
    settings: standingSettings(
      rules.reconcile,
      recorded,
      former?.reconcile ?? null,
    ),
    recorded,
    formerApprovals: former?.approvals ?? null,
    caution: MOVED,
    stateId,
    moved: { appliedCommit },
  };
}
