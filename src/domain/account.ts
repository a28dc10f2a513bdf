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
