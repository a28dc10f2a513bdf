import type { Scheduler } from "../ports/scheduler.ts";
import { createFleet } from "../schedulers/pg-boss.ts";
import { databaseFor, type DatabaseRequest } from "./database.ts";
import { systemClock } from "./system-clock.ts";

/** Ticks that the processes of a fleet share, beside state in PostgreSQL. Asks nothing yet. */
export function openFleet(
  request: DatabaseRequest & { readonly maxRunning?: number },
): Scheduler {
  const database = databaseFor(request);
  return createFleet({
    execute: (text, values) => database.execute(text, values),
    schema: `${request.schema}_jobs`,
    clock: request.clock ?? systemClock,
    ...(request.maxRunning === undefined
      ? {}
      : { maxRunning: request.maxRunning }),
  });
}
