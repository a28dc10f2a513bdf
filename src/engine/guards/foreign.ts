import { planLocation } from "../diff/field-diff.ts";
import type { WorldGuard } from "./guard.ts";

/** Refuses to touch a live connection that has a declared name but is not ours and not of the declared kind. */
export const foreignGuard: WorldGuard = {
  needs: "world",
  code: "OWN001",
  check({ differences }) {
    return differences.foreign.map(({ key, desired, live }) => ({
      code: "OWN001",
      level: "refuse",
      key,
      message: `"${key}" exists on the platform as ${live.provider} (${live.authType}), is not owned here, and cannot become the declared ${desired.provider} (${desired.authType}) without being replaced`,
      fix: "declare it as it is to adopt it, or give the declared one another connection_id",
      location: planLocation(desired.location),
    }));
  },
};
