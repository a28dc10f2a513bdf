import type { Dashboard } from "./dashboard.ts";
import type { AccountSeed } from "../parse-switch.ts";
import type { Store } from "../data/store.ts";

/**
 * Gives connections their accounts as soon as they exist: at the start, or when they are created. A
 * connection that has accounts gets only as many as are missing, so that starting again on the same
 * data adds nothing.
 * @returns What to call after each request; it costs nothing once every seed is sown.
 */
export function sowAccounts(
  store: Store,
  dashboard: Dashboard,
  seeds: readonly AccountSeed[],
): () => void {
  let waiting = seeds;
  const sow = ({ keyId, count }: AccountSeed): boolean => {
    const record = store.findByName(keyId);
    if (record === undefined) return false;
    const present = [...store.accounts.values()].filter(
      ({ message }) => message["connection_id"] === record.id,
    ).length;
    if (present < count) dashboard.seedAccounts(keyId, count - present);
    return true;
  };
  const sowAll = (): void => {
    if (waiting.length > 0) waiting = waiting.filter((seed) => !sow(seed));
  };
  sowAll();
  return sowAll;
}
