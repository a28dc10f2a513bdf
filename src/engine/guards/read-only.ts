import type { PlanFinding } from "../../domain/generated/plan.ts";
import { isEqualValue } from "../diff/equal.ts";
import { planLocation } from "../diff/field-diff.ts";
import { ruleFor } from "../diff/field-rules.ts";
import type { DeclaredPair } from "../diff/pair.ts";
import type { WorldGuard } from "./guard.ts";

/**
 * Refuses a declared value of a server-made field that is not the live one: it can never become true. Before the connection exists nobody
 * knows the platform's value, so there it is a warning.
 */
export const readOnlyGuard: WorldGuard = {
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
        message: `"${key}" declares a value of ${path} that is not the platform's; the platform makes this field, it cannot be set`,
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
    message: `"${key}" declares a value of ${path}, which the platform makes when it creates the connection; another value than its own stops every later plan`,
    fix: "remove the line; after the first apply tieline test <environment> prints the platform's own",
    location: planLocation(desired.origins.get(path) ?? desired.location),
  };
}
