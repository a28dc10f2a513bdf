import { UNREADABLE } from "../../domain/problem/unreadable.ts";
import { planLocation } from "../diff/field-diff.ts";
import type { WorldGuard } from "./guard.ts";

/** Says of each connection that cannot be read that nothing is planned for it; the others go on. */
export const unreadableGuard: WorldGuard = {
  needs: "world",
  code: UNREADABLE,
  check({ input, differences }) {
    const places = new Map(
      input.desired.map(({ key, location }) => [key, location]),
    );
    return differences.held.map(({ key, why }) => {
      const location = places.get(key) ?? null;
      return {
        code: UNREADABLE,
        level: "warn",
        key,
        message: `nothing is planned for "${key}", which the platform shows in a way that cannot be used: ${why}`,
        fix: "look at it in the platform's dashboard, save it there again, and plan again",
        ...(location === null ? {} : { location: planLocation(location) }),
      };
    });
  },
};
