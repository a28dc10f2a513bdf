import type {
  PlanAccounts,
  PlanChange,
  PlanSummary,
} from "../../domain/generated/plan.ts";

/** What a plan says of its changes in numbers: nothing but what follows from them. */
export function summaryOf(
  changes: readonly PlanChange[],
  unchangedCount: number,
): PlanSummary {
  const summary: PlanSummary = {
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    adopt: 0,
    forget: 0,
    rename: 0,
    noop: 0,
    unchanged: unchangedCount,
  };
  for (const change of changes) summary[change.action] += 1;
  const accounts = accountsOf(changes);
  return accounts === undefined ? summary : { ...summary, accounts };
}

/** A plan holds one change of a connection, so no account is counted twice. */
function accountsOf(changes: readonly PlanChange[]): PlanAccounts | undefined {
  const asked = changes.flatMap(({ impact }) =>
    impact === null ? [] : [impact.connected_accounts],
  );
  const known = asked.filter((count) => count !== "unknown");
  if (asked.length === 0) return undefined;
  return {
    counted: known.reduce((sum, count) => sum + count, 0),
    unknown: asked.length - known.length,
  };
}
