/**
 * State in a schema of PostgreSQL, shared by every process that reaches it. Each write is one
 * transaction that locks the row of its environment, so that the lease it is made under cannot be
 * taken between the check and what is stored. Never here: the address, or a secret of a connection.
 */
import type { Processes } from "../../ports/processes.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { shellWord } from "../../util/shell-word.ts";
import { asideName } from "../aside-name.ts";
import { storedContent } from "./content.ts";
import { quoted, type Database } from "./database.ts";
import { storedJournal } from "./journal.ts";
import {
  acquireLease,
  breakLease,
  readLease,
  type LeaseContext,
} from "./lease.ts";
import { checkedOnce } from "./schema.ts";

/** Where and with what a state in PostgreSQL works. */
export interface PostgresStateOptions {
  readonly database: Database;
  readonly environment: string;
  /** Name of the schema, for messages. */
  readonly schema: string;
  readonly processes: Processes;
  /** Another life of a lease than the usual one, for tests. */
  readonly leaseTtlMs?: number;
}

/** The PostgreSQL backend. Nothing is asked before the first call. */
export function createPostgresState(options: PostgresStateOptions): StateStore {
  const { environment, schema } = options;
  const context: LeaseContext = {
    ...options,
    database: checkedOnce(options.database),
  };
  return {
    place: context.database.place,
    setAside: (label) => {
      const statement = `UPDATE ${quoted(schema)}.environments SET name = '${asideName(environment, label)}' WHERE name = '${environment}'`;
      return `psql "$TIELINE_DATABASE_URL" -c ${shellWord(statement)}`;
    },
    ...storedContent(context),
    ...storedJournal(context),
    acquireLease: (holder) => acquireLease(context, holder),
    readLease: () => readLease(context),
    breakLease: (id) => breakLease(context, id),
  };
}
