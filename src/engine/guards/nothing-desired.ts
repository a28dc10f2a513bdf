import { countOf } from "../meaning/wording.ts";
import type { WorldGuard } from "./guard.ts";

/** Refuses a plan from no documents at all while there are connections: a wrong folder looks just like that. */
export const nothingDesiredGuard: WorldGuard = {
  needs: "world",
  code: "PLN106",
  check({ input }) {
    const owned = input.inventory?.entries.length ?? 0;
    const live = input.listed.length;
    if (input.desired.length > 0 || owned + live === 0) return [];
    return [
      {
        code: "PLN106",
        level: "refuse",
        message: `no connection is declared, while ${countOf(owned, "connection")} ${owned === 1 ? "is" : "are"} owned and ${countOf(live, "connection")} ${live === 1 ? "is" : "are"} live`,
        fix: "check the folder, the environment's include and exclude lists, and that the checkout is complete",
      },
    ];
  },
};
