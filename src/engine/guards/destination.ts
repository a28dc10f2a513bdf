import {
  destinationMoves,
  type DestinationMove,
} from "../meaning/destination.ts";
import type { ChangesGuard } from "./guard.ts";

/**
 * Stops a plan that sends users or credentials of a standing connection elsewhere than now, or on another way; outside production it only
 * warns. What goes away is no place to send anything.
 */
export const destinationGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN107",
  check({ changes, rules }) {
    const level = rules.isProduction ? "refuse" : "warn";
    return changes
      .filter(({ action }) => action !== "create")
      .flatMap((change) =>
        destinationMoves(change.fields)
          .filter(({ kind }) => kind !== "cleared")
          .map((move) => ({
            code: "PLN107",
            level,
            key: change.key,
            message: `"${change.key}": ${move.pointer} ${WORDS[move.kind](move)}`,
            fix: `make sure that it is the provider's, then let it pass by name: an override of PLN107 for "${change.key}" with a reason`,
            ...(move.field.location === undefined
              ? {}
              : { location: move.field.location }),
          })),
      );
  },
};

const WORDS: Readonly<
  Record<DestinationMove["kind"], (move: DestinationMove) => string>
> = {
  host: ({ from, to }) => `would move from "${from}" to "${to}"`,
  place: ({ host = "", from, to }) =>
    `would lead to another place on "${host}": "${to}" instead of "${from}"`,
  route: ({ from, to }) => `would become "${to}" instead of "${from}"`,
  set: ({ to }) => `would become "${to}", where nothing was set`,
  cleared: ({ from }) => `would no longer be "${from}"`,
};
