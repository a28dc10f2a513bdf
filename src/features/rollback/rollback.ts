import { UserError } from "../../domain/problem/error.ts";
import type { Plan, PlanChange } from "../../domain/generated/plan.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { findReceipt } from "../ledger/find-receipt.ts";
import { append } from "../../util/append.ts";

/** The run to go back to, and what ran since. */
export interface RollbackTarget {
  readonly receipt: Receipt;
  readonly commit: string;
  /** Runs after it, oldest first, each with its plan where it is stored. */
  readonly since: readonly LaterRun[];
  /** True when that run applied documents that differed from its commit. */
  readonly wasDirty: boolean;
}

/** A run after the one to go back to. */
export interface LaterRun {
  readonly receipt: Receipt;
  readonly plan: Plan | null;
}

/**
 * Finds the receipt to go back to.
 * @throws UserError CLI020 when there is no such receipt, or it names no commit.
 */
export async function findRollbackTarget(
  state: Pick<StateStore, "readLedger" | "readPlan">,
  name: string,
): Promise<RollbackTarget> {
  const ledger = await state.readLedger();
  const receipt = findReceipt(ledger, name);
  const { commit } = receipt;
  if (commit === null)
    throw new UserError(
      "CLI020",
      "that run cannot be rolled back to: its receipt names no commit",
      {
        why: "its documents were in no git repository, so they are not known any more",
        fix: "name a receipt that has a commit: tieline ledger log <environment>",
        notDone: "nothing was changed",
      },
    );
  const since: LaterRun[] = [];
  for (const later of ledger.slice(ledger.indexOf(receipt) + 1))
    since.push({
      receipt: later,
      plan: await state.readPlan(later.planDigest),
    });
  const plan = await state.readPlan(receipt.planDigest);
  return { receipt, commit, since, wasDirty: plan?.source.dirty === true };
}

/** What going back to an earlier run does not bring back, one sentence each. */
export function explainLimits(target: RollbackTarget, plan: Plan): string[] {
  const limits: string[] = [];
  if (target.wasDirty)
    limits.push(
      "that run applied documents that differed from its commit: what was not committed is not known",
    );
  for (const { receipt, plan: stored } of target.since)
    for (const outcome of receipt.outcomes) {
      if (outcome.status === "skipped") continue;
      const change = stored?.changes.find(({ key }) => key === outcome.key);
      if (change === undefined)
        limits.push(
          `"${outcome.key}" was changed by run ${receipt.runId}, whose plan is not stored: what cannot be undone of it is not known`,
        );
      else append(limits, limitsOfLater(change));
    }
  for (const change of plan.changes) append(limits, limitsOfPlanned(change));
  return [...new Set(limits)];
}

function limitsOfLater(change: PlanChange): string[] {
  const name = `"${change.key}"`;
  const limits: string[] = [];
  if (change.action === "replace")
    limits.push(
      `${name} was replaced since: its former id, its redirect URI and the consents given to it do not come back`,
    );
  if (change.action === "delete")
    limits.push(
      `${name} was deleted since: its connected accounts are gone; made anew it has another id and redirect URI, and every user must consent again`,
    );
  const isSent = change.steps.some((s) => s === "configure" || s === "create");
  for (const secret of change.secrets)
    if (isSent && secret.state !== "unchanged")
      limits.push(
        `${name} got a secret at ${secret.path} since: secrets are not rolled back, the present one (${secret.reference}) stays`,
      );
  return limits;
}

function limitsOfPlanned(change: PlanChange): string[] {
  const name = `"${change.key}"`;
  if (change.action === "delete")
    return [
      `${name} did not exist then: going back deletes it with its connected accounts`,
    ];
  if (change.action === "replace")
    return [
      `${name} was of another kind then: going back replaces it, with a new redirect URI and new consents`,
    ];
  return [];
}
