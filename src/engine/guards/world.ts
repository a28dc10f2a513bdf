import { countOf } from "../../util/count.ts";
import type { PlanFinding } from "../../domain/generated/plan.ts";
import { UNREADABLE } from "../../domain/problem/unreadable.ts";
import { isEqualValue } from "../diff/equal.ts";
import { planLocation } from "../diff/field-diff.ts";
import { ruleFor } from "../diff/field-rules.ts";
import type { DeclaredPair } from "../diff/pair.ts";
import type { WorldGuard } from "./guard.ts";

/** Says of each connection that cannot be read that nothing is planned for it; the others go on. */
const unreadableGuard: WorldGuard = {
  needs: "world",
  code: UNREADABLE,
  check({ input, differences }) {
    // A place is looked up in the text again, so only for those there is something to say of.
    const declared = new Map(input.desired.map((each) => [each.key, each]));
    return differences.held.map(({ key, why }) => {
      const location = declared.get(key)?.location ?? null;
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

/**
 * Refuses to touch a live connection that has a declared name but is not ours and not of the
 * declared kind.
 */
const foreignGuard: WorldGuard = {
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

/**
 * Refuses a plan from no documents at all while there are connections: a wrong folder looks just
 * like that.
 */
const nothingDesiredGuard: WorldGuard = {
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

/**
 * Refuses a declared value of a server-made field that is not the live one: it can never become
 * true. Before the connection exists nobody knows the platform's value, so there it is a warning.
 */
const readOnlyGuard: WorldGuard = {
  needs: "world",
  code: "PLN110",
  check({ differences }) {
    return differences.declared.flatMap(findMismatches);
  },
};

function findMismatches(pair: DeclaredPair): PlanFinding[] {
  const { desired, key, live, local } = pair;
  return Object.entries(desired.expected).flatMap(([path, expected]) => {
    if (live === null && !local.has(path)) return [notMadeYet(pair, path)];
    const actual = live?.computed[path];
    const isSettled =
      actual === undefined ||
      local.has(path) ||
      isEqualValue(ruleFor(path).semantics, expected, actual);
    if (isSettled) return [];
    const location = desired.origins.get(path) ?? desired.location;
    return [
      {
        code: "PLN110",
        level: "refuse",
        key,
        message: `"${key}" declares a value of ${path.slice(1).replaceAll("/", ".")} that is not the platform's; the platform makes this field, it cannot be set`,
        fix: "remove the line; tieline test <environment> prints the platform's own redirect URI",
        location: planLocation(location),
      },
    ];
  });
}

function notMadeYet({ desired, key }: DeclaredPair, path: string): PlanFinding {
  return {
    code: "PLN110",
    level: "warn",
    key,
    message: `"${key}" declares a value of ${path.slice(1).replaceAll("/", ".")}, which the platform makes when it creates the connection; another value than its own stops every later plan`,
    fix: "remove the line; after the first apply tieline test <environment> prints the platform's own",
    location: planLocation(desired.origins.get(path) ?? desired.location),
  };
}

/** What is seen only where documents and platform are at hand. */
export const WORLD_GUARDS: readonly WorldGuard[] = [
  unreadableGuard,
  foreignGuard,
  nothingDesiredGuard,
  readOnlyGuard,
];
