import type { AccountUse, AssembleInput } from "../../engine/diff/input.ts";
import { needsAccountCount } from "../../engine/meaning/risks.ts";
import { UNKNOWN_ACCOUNTS, type ListedAccount } from "../../domain/account.ts";
import type { PlanChange } from "../../domain/generated/plan.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";

/**
 * Above this many accounts a plan only counts them: a list of thousands would cost more requests
 * than the plan itself.
 */
const MOST_LISTED = 300;
const RECENT_MS = 30 * 24 * 60 * 60 * 1000;

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
    { listUpTo: MOST_LISTED },
    signal,
  );
  const accounts = new Map<string, number | "unknown">();
  const accountUse = new Map<string, AccountUse>();
  for (const key of related)
    accounts.set(key, (read.get(key) ?? UNKNOWN_ACCOUNTS).count);
  for (const change of counted) {
    const { count, listed } = read.get(liveName(change)) ?? UNKNOWN_ACCOUNTS;
    accounts.set(change.key, count);
    if (count === "unknown" || count === 0 || count > MOST_LISTED) continue;
    accountUse.set(change.key, useOf(listed, clock.now()));
  }
  return { accounts, accountUse };
}

/** The name it has on the platform until the change is made. */
function liveName({ previous_key: previous, key }: PlanChange): string {
  return previous ?? key;
}

/** An API that tells no account's last use has not said that nobody uses it. */
function useOf(
  listed: readonly ListedAccount[] | "unknown",
  now: number,
): AccountUse {
  if (listed === "unknown")
    return { active: "unknown", recentlyUsed: "unknown" };
  const isTold = listed.some(({ lastUsedAt }) => lastUsedAt !== null);
  const recent = listed.filter(
    ({ lastUsedAt }) =>
      lastUsedAt !== null && Date.parse(lastUsedAt) > now - RECENT_MS,
  );
  return {
    active: listed.filter(({ status }) => status === "ACTIVE").length,
    recentlyUsed: isTold ? recent.length : "unknown",
  };
}
