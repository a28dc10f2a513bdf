import type { ProcessEnv } from "../domain/environment-access.ts";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import type { Clock } from "../ports/clock.ts";
import { readDatabaseAddress } from "../state/postgres/address.ts";
import { openDatabase, type Database } from "../state/postgres/database.ts";
import { systemClock } from "./system-clock.ts";

/** What a database of state is opened with. */
export interface DatabaseRequest {
  /** Name of the schema. */
  readonly schema: string;
  readonly env: ProcessEnv;
  /** Learns the address and the password. */
  readonly scrubber: Scrubber;
  readonly clock?: Clock;
}

/** Databases that are open, by the run they serve: its environments share their connections. */
const OPEN = new WeakMap<Scrubber, Map<string, Database>>();

/**
 * The database that holds state. Its address comes from the surroundings alone. Nothing is asked
 * before it is used, and it keeps no process from ending.
 */
export function databaseFor(request: DatabaseRequest): Database {
  const { schema, env, scrubber } = request;
  const open = OPEN.get(scrubber) ?? new Map<string, Database>();
  OPEN.set(scrubber, open);
  const name = [
    schema,
    env["TIELINE_DATABASE_URL"],
    env["TIELINE_DATABASE_URL_FILE"],
  ].join("\n");
  const database =
    open.get(name) ??
    openDatabase({
      schema,
      clock: request.clock ?? systemClock,
      address: () =>
        readDatabaseAddress(env, (secret, from) => {
          scrubber.register(secret, from);
        }),
    });
  open.set(name, database);
  return database;
}
