import {
  countByStatus,
  lastUseOf,
  MOST_LISTED_ACCOUNTS,
  type ConnectionAccounts,
} from "../../domain/account.ts";
import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import type {
  AccountsLine,
  EnvironmentStatus,
} from "../../domain/reconcile/status.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import { compareText } from "../../util/compare-text.ts";

/**
 * The connected accounts of owned connections, where it is the turn of this tick; `null` where it
 * is not. Ticks are counted in the store, so that processes that share an environment take turns,
 * and one that begins anew does not begin with it.
 */
export async function accountsInTurn(
  api: ConnectionsReader,
  { accountsEvery }: Pick<ReconcileSettings, "accountsEvery">,
  {
    inventory,
    before,
    signal,
  }: {
    readonly inventory: Inventory | null;
    readonly before: EnvironmentStatus | null;
    readonly signal: AbortSignal;
  },
): Promise<readonly AccountsLine[] | null> {
  if (accountsEvery === null || inventory === null) return null;
  const isFirst = before === null || before.accounts === null;
  if (!isFirst && before.tickCount % accountsEvery !== 0) return null;
  const keys = inventory.entries
    .filter(({ remoteId }) => remoteId !== null)
    .map(({ key }) => key);
  const options = { listUpTo: MOST_LISTED_ACCOUNTS };
  const found = await api.readAccounts(keys, options, signal);
  return [...found]
    .map(([key, accounts]) => lineOf(key, accounts))
    .sort((a, b) => compareText(a.key, b.key));
}

function lineOf(
  key: string,
  { count, listed }: ConnectionAccounts,
): AccountsLine {
  if (listed === "unknown")
    return { key, byStatus: null, count, lastUsedAt: null };
  return {
    key,
    byStatus: countByStatus(listed),
    count,
    lastUsedAt: lastUseOf(listed),
  };
}
