import { ruleFor } from "../diff/field-rules.ts";
import { quoteNames } from "../meaning/wording.ts";
import { locationOf, type ChangesGuard } from "./guard.ts";

/** Refuses every replacement that nobody approved by name: users must consent again, and the redirect URI changes. */
export const replaceApprovalGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN104",
  check({ changes }) {
    return changes
      .filter((change) => change.action === "replace")
      .map((change) => {
        const causes = change.fields
          .filter((f) => f.effect === "write" && ruleFor(f.path).isImmutable)
          .map((field) => field.path);
        return {
          code: "PLN104",
          level: "refuse",
          key: change.key,
          message: `"${change.key}" can only be replaced, because ${quoteNames(causes)} cannot change in place: it gets a new redirect URI and every user must consent again`,
          fix: `take the change back, or approve it by name: --approve 'PLN104:${change.key}' --reason '…', or an override in environment.yaml`,
          ...locationOf(change),
        };
      });
  },
};
