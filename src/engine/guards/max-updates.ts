import { countOf } from "../meaning/wording.ts";
import type { ChangesGuard } from "./guard.ts";

const COUNTED: readonly string[] = ["update", "rename", "adopt"];

/** Refuses a plan that rewrites more standing connections than the environment allows in one apply. */
export const maxUpdatesGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN115",
  check({ changes, rules }) {
    const { maxUpdates } = rules.limits;
    const count = changes.filter((change) =>
      COUNTED.includes(change.action),
    ).length;
    if (maxUpdates === null || count <= maxUpdates) return [];
    return [
      {
        code: "PLN115",
        level: "refuse",
        message: `the plan has ${countOf(count, "update")}, renames and adoptions included, more than the ${String(maxUpdates)} that limits.max_updates allows`,
        fix: "check the environment, its target and its variables; apply in parts, or raise limits.max_updates if this is meant",
      },
    ];
  },
};
