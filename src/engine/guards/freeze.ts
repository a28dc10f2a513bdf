import { findFreeze, freezeText } from "./freeze-window.ts";
import type { ChangesGuard } from "./guard.ts";

/** Refuses changes while the environment is frozen. Apply asks again, because a plan may be made before a freeze and applied in it. */
export const freezeGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN112",
  check({ changes, rules, now }) {
    const window = findFreeze(rules.freeze, now);
    if (window === undefined || changes.length === 0) return [];
    return [
      {
        code: "PLN112",
        level: "refuse",
        message: freezeText(window),
        fix: "apply after it; for an emergency let it pass by name: an override of PLN112 with a reason and a last day, or --approve PLN112 --reason",
      },
    ];
  },
};
