import type { AssembleInput } from "../../engine/diff/input.ts";
import { needsAccountCount } from "../../engine/meaning/risks.ts";
import {
  accountUse,
  MOST_LISTED_ACCOUNTS,
  UNKNOWN_ACCOUNTS,
  type AccountUse,
} from "../../domain/account.ts";
import type { PlanChange } from "../../domain/generated/plan.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";

/** What measuring works with. */
interface ImpactContext {
  readonly api: ConnectionsReader;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Whom the changes of a plan affect. Asks only where the answer means something, and only lists,
 * never an account's credentials. Connections that feel the change of another one are `related`:
 * they are only counted.
 */
export async function measureImpact(
  changes: readonly PlanChange[],
  { api, clock, signal }: ImpactContext,
  related: readonly string[] = [],
): Promise<Required<Pick<AssembleInput, "accounts" | "accountUse">>> {
  const counted = changes.filter(needsAccountCount);
  const read = await api.readAccounts(
    [...counted.map(liveName), ...related],
    { listUpTo: MOST_LISTED_ACCOUNTS },
    signal,
  );
  const accounts = new Map<string, number | "unknown">();
  const uses = new Map<string, AccountUse>();
  for (const key of related)
    accounts.set(key, (read.get(key) ?? UNKNOWN_ACCOUNTS).count);
  for (const change of counted) {
    const found = read.get(liveName(change)) ?? UNKNOWN_ACCOUNTS;
    accounts.set(change.key, found.count);
    const use = accountUse(found, clock.now());
    if (use !== undefined) uses.set(change.key, use);
  }
  return { accounts, accountUse: uses };
}

/** The name it has on the platform until the change is made. */
function liveName({ previous_key: previous, key }: PlanChange): string {
  return previous ?? key;
}
