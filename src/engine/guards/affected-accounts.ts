import { accountsText } from "../meaning/wording.ts";
import { isRemoval, locationOf, type ChangesGuard } from "./guard.ts";

/** Refuses to delete or replace a connection that more accounts hang on than the environment allows; not knowing counts as too many. */
export const affectedAccountsGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN105",
  check({ changes, rules }) {
    const { maxAffectedAccounts } = rules.limits;
    if (maxAffectedAccounts === null) return [];
    return changes.filter(isRemoval).flatMap((change) => {
      const accounts = change.impact?.connected_accounts ?? "unknown";
      if (accounts !== "unknown" && accounts <= maxAffectedAccounts) return [];
      return [
        {
          code: "PLN105",
          level: "refuse",
          key: change.key,
          message: `"${change.key}" has ${accountsText(accounts)}; limits.max_affected_accounts allows a delete or replacement to touch ${String(maxAffectedAccounts)}`,
          fix: `move the accounts first, or let it pass by name: an override of PLN105 for "${change.key}" with a reason`,
          ...locationOf(change),
        },
      ];
    });
  },
};
