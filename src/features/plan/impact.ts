import type { AccountUse, AssembleInput } from "../../engine/diff/input.ts";
import { needsAccountCount } from "../../engine/meaning/risks.ts";
import type { ListedAccount } from "../../domain/account.ts";
import type { PlanChange } from "../../domain/generated/plan.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";

/** Above this many accounts a plan only counts them: a list of thousands would cost more requests than the plan itself. */
const MOST_LISTED = 300;
const RECENT_MS = 30 * 24 * 60 * 60 * 1000;

/** What measuring works with. */
interface ImpactContext {
  readonly api: ConnectionsReader;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Whom the changes of a plan affect. Asks only where the answer means something, and only lists, never an account's credentials. */
export async function measureImpact(
  changes: readonly PlanChange[],
  context: ImpactContext,
): Promise<Required<Pick<AssembleInput, "accounts" | "accountUse">>> {
  const accounts = new Map<string, number | "unknown">();
  const accountUse = new Map<string, AccountUse>();
  const measure = async (change: PlanChange): Promise<void> => {
    const name = change.previous_key ?? change.key;
    const count = await countOf(name, context);
    accounts.set(change.key, count);
    if (count === "unknown" || count === 0 || count > MOST_LISTED) return;
    const listed = await context.api.listAccounts(name, context.signal);
    accountUse.set(change.key, useOf(listed, context.clock.now()));
  };
  await Promise.all(changes.filter(needsAccountCount).map(measure));
  return { accounts, accountUse };
}

async function countOf(
  name: string,
  { api, signal }: ImpactContext,
): Promise<number | "unknown"> {
  return api.capabilities.countsAccounts
    ? api.countAccounts(name, signal)
    : "unknown";
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
