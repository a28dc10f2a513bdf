import { argumentWord, shellWord } from "../../util/shell-word.ts";
import { locationOf, type ChangesGuard } from "./guard.ts";

/** Refuses to take live connections into ownership where the environment wants that asked for by name. */
export const adoptionGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN113",
  check({ changes, rules, asksToAdopt }) {
    if (rules.adoption === "plan" || asksToAdopt) return [];
    return changes
      .filter((change) => change.action === "adopt")
      .map((change) => ({
        code: "PLN113",
        level: "refuse",
        key: change.key,
        message: `"${change.key}" exists on the platform and is not owned here; adopt: refuse wants its adoption asked for`,
        fix: `review it on its own: tieline adopt ${shellWord(rules.name)} ${argumentWord(change.key)}`,
        ...locationOf(change),
      }));
  },
};
