import { hostMoves } from "../destination.ts";
import { quoteNames } from "../wording.ts";
import type { Guard } from "./guard.ts";

/** Stops a plan that sends users or credentials to another host than now; outside production it only warns. */
export const destinationHostGuard: Guard = {
  code: "PLN107",
  check({ changes, input }) {
    const level = input.rules.isProduction ? "refuse" : "warn";
    return changes.flatMap((change) =>
      hostMoves(change.fields).map(({ field, from, to }) => ({
        code: "PLN107",
        level,
        key: change.key,
        message: `"${change.key}": ${field.path} would move from ${quoteNames([from])} to ${quoteNames([to])}`,
        fix: `make sure the new host belongs to the provider, then let it pass by name: an override of PLN107 for "${change.key}" with a reason`,
        ...(field.location === undefined ? {} : { location: field.location }),
      })),
    );
  },
};
