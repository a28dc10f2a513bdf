/**
 * A connected account as lists show it: who it belongs to only as a digest, and nothing it
 * authenticates with.
 */
export interface ListedAccount {
  /**
   * `sha256:…` of the platform's handle of the account: the same account is recognised, nobody is
   * named.
   */
  readonly idHash: string;
  /** The platform's own word: `ACTIVE`, `EXPIRED`, `PENDING_AUTH`. */
  readonly status: string;
  /** When the account last changed, ISO 8601; `null` when the API does not say. */
  readonly updatedAt: string | null;
  /** When it was last used, ISO 8601; `null` when it never was or the API does not say. */
  readonly lastUsedAt: string | null;
}

/** What is known of the connected accounts of one connection. */
export interface ConnectionAccounts {
  /** `"unknown"` when the API has none or refuses to say, never 0 in its place. */
  readonly count: number | "unknown";
  /**
   * The accounts themselves; `"unknown"` where they are more than was asked for, or not every one
   * could be read.
   */
  readonly listed: readonly ListedAccount[] | "unknown";
  /** How they are used, where somebody counted that and the accounts themselves are not told. */
  readonly use?: AccountUse;
}

/** How the accounts of a connection are used. */
export interface AccountUse {
  readonly active: number | "unknown";
  /** Used within 30 days. */
  readonly recentlyUsed: number | "unknown";
}

/**
 * Above this many accounts a plan only counts them: a list of thousands would cost more requests
 * than the plan itself.
 */
export const MOST_LISTED_ACCOUNTS = 300;
const RECENT_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * How the accounts are used; `undefined` where they are none, or so many that nobody looks at each.
 */
export function accountUse(
  { count, listed, use }: ConnectionAccounts,
  now: number,
): AccountUse | undefined {
  if (count === "unknown" || count === 0 || count > MOST_LISTED_ACCOUNTS)
    return undefined;
  return use ?? useOf(listed, now);
}

/** An API that tells no account's last use has not said that nobody uses it. */
function useOf(listed: ConnectionAccounts["listed"], now: number): AccountUse {
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

/** What is known where nobody says. */
export const UNKNOWN_ACCOUNTS: ConnectionAccounts = {
  count: "unknown",
  listed: "unknown",
};

/** How many accounts there are by status, sorted by status. */
export function countByStatus(
  accounts: readonly ListedAccount[],
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { status } of accounts)
    counts.set(status, (counts.get(status) ?? 0) + 1);
  return Object.fromEntries(
    [...counts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

/** When any of them was used last, ISO 8601; `null` where none was or nobody says. */
export function lastUseOf(listed: ConnectionAccounts["listed"]): string | null {
  if (listed === "unknown") return null;
  const uses = listed
    .flatMap(({ lastUsedAt }) => (lastUsedAt === null ? [] : [lastUsedAt]))
    .filter((at) => !Number.isNaN(Date.parse(at)))
    .sort((a, b) => Date.parse(a) - Date.parse(b));
  return uses.at(-1) ?? null;
}
