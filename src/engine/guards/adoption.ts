import { locationOf, type Guard } from "./guard.ts";

/** Refuses to take live connections into ownership where the environment wants that asked for by name. */
export const adoptionGuard: Guard = {
  code: "PLN113",
  check({ changes, input }) {
    const isAskedFor = input.only?.actions.has("adopt") === true;
    if (input.rules.adoption === "plan" || isAskedFor) return [];
    return changes
      .filter((change) => change.action === "adopt")
      .map((change) => ({
        code: "PLN113",
        level: "refuse",
        key: change.key,
        message: `"${change.key}" exists on the platform and is not owned here; adopt: refuse wants its adoption asked for`,
        fix: `review it on its own: tieline adopt ${input.rules.name} ${change.key}`,
        ...locationOf(change),
      }));
  },
};
