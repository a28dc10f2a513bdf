import { countOf } from "../meaning/wording.ts";
import { isRemoval, type ChangesGuard } from "./guard.ts";

/** Refuses a plan that deletes or replaces more connections than the environment allows in one apply. */
export const maxDeletesGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN101",
  check({ changes, rules }) {
    const { maxDeletes } = rules.limits;
    const count = changes.filter(isRemoval).length;
    if (count <= maxDeletes) return [];
    return [
      {
        code: "PLN101",
        level: "refuse",
        message: `the plan has ${countOf(count, "delete")} and replacements together, more than the ${String(maxDeletes)} that limits.max_deletes allows`,
        fix: "check that no documents are missing; raise limits.max_deletes in environment.yaml if this is meant",
      },
    ];
  },
};
