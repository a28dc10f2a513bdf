/**
 * Transactions over the library `pg`, which is loaded with the first of them. Each stands for
 * itself: no state of a session is used, so that a pooler may give each to another connection.
 */
import type * as Pg from "pg";
import type { Pool, PoolClient } from "pg";
import { UserError } from "../../domain/problem/error.ts";
import { loadOptional } from "../../platform/optional-package.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DatabaseAddress } from "./address.ts";
import { failureError, kindOf } from "./failures.ts";

/** A line of an answer; numbers of eight bytes are texts. */
export type Row = Readonly<Record<string, unknown>>;

/** One transaction. */
export interface Transaction {
  /**
   * True when an earlier attempt of the same work may have been stored although its answer was
   * lost: then what is there already is not stored twice.
   */
  readonly isAgain: boolean;
  /** `{schema}` stands for the schema's name. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** A database, with the schema that is ours in it. */
export interface Database {
  /** For messages: names neither host nor account. */
  readonly place: string;
  /** Runs work as one transaction that changes nothing. */
  read<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs work as one transaction; when the connection is lost it may run again. Stored when it
   * resolves.
   * @throws TransientError STA013, UserError STA040 and STA041, and what the work throws.
   */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Runs one statement outside of our transactions, for a library that brings its own. */
  execute(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: readonly unknown[] }>;
  close(): Promise<void>;
}

/** What a database is opened with. */
export interface DatabaseOptions {
  /** Asked for once, before the first transaction. */
  readonly address: () => Promise<DatabaseAddress>;
  /** Name of the schema, checked by the schema of `environment.yaml`. */
  readonly schema: string;
  readonly clock: Clock;
  /** Other limits than the usual ones, for tests. */
  readonly limits?: Partial<DatabaseLimits>;
}

/** How long is waited for what, in milliseconds. */
export interface DatabaseLimits {
  readonly connectMs: number;
  /** For the server: one statement, and a lock. */
  readonly statementMs: number;
  /**
   * For the server: a transaction whose client is silent. Far below a lease's life, so that a
   * process that stands still in one does not keep others out.
   */
  readonly idleMs: number;
  /** For us: an answer, in case the server or the way to it is gone without a word. */
  readonly answerMs: number;
}

const LIMITS: DatabaseLimits = {
  connectMs: 5_000,
  statementMs: 8_000,
  idleMs: 10_000,
  answerMs: 10_000,
};

const MAX_ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;
const MAX_CONNECTIONS = 4;
const IDLE_CONNECTION_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;

/**
 * A database. Nothing is opened before the first transaction, and no connection keeps a process
 * from ending.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const limits = { ...LIMITS, ...options.limits };
  const place = `schema ${options.schema} of PostgreSQL`;
  let opening: Promise<Pool> | undefined;
  const open = (): Promise<Pool> =>
    (opening ??= options
      .address()
      .then((address) => openPool(address, limits, place)));
  const run = async <T>(
    begin: string,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> => {
    const pool = await open();
    let isAgain = false;
    for (let attempt = 1; ; attempt += 1) {
      const ended: Ended<T> = await tryOnce(pool, {
        begin: `${begin}; ${localLimits(limits)}`,
        schema: options.schema,
        isAgain,
        work,
      });
      if (ended.kind === "done") return ended.value;
      isAgain ||= ended.mayHaveCommitted;
      const kind = kindOf(ended.error);
      const canRetry = kind === "lost" || kind === "busy";
      if (!canRetry || attempt >= MAX_ATTEMPTS)
        throw failureError(ended.error, place, isAgain);
      const wait = FIRST_WAIT_MS * 2 ** attempt * options.clock.random();
      await options.clock.sleep(wait);
    }
  };
  return {
    place,
    read: (work) => run("BEGIN READ ONLY", work),
    write: (work) => run("BEGIN", work),
    async execute(text, values = []) {
      const pool = await open();
      try {
        return await pool.query<Row>(text, [...values]);
      } catch (error) {
        throw failureError(error, place, true);
      }
    },
    async close() {
      const pool = await opening;
      await pool?.end();
    },
  };
}

/**
 * Limits of this transaction alone: those of a session would be another's behind a pooler, and some
 * poolers refuse them at the start of one.
 */
function localLimits({ statementMs, idleMs }: DatabaseLimits): string {
  return [
    `SET LOCAL statement_timeout = ${String(statementMs)}`,
    `SET LOCAL lock_timeout = ${String(statementMs)}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${String(idleMs)}`,
  ].join("; ");
}

interface Attempt<T> {
  readonly begin: string;
  readonly schema: string;
  readonly isAgain: boolean;
  readonly work: (transaction: Transaction) => Promise<T>;
}

type Ended<T> =
  | { readonly kind: "done"; readonly value: T }
  | {
      readonly kind: "failed";
      readonly error: unknown;
      readonly mayHaveCommitted: boolean;
    };

/** What the library threw, told apart from what the work throws. */
class DatabaseFailure extends Error {
  constructor(cause: unknown) {
    super("a query failed", { cause });
    this.name = "DatabaseFailure";
  }
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new DatabaseFailure(error);
  }
}

/** One attempt. What the work throws by itself is thrown, and nothing is stored. */
async function tryOnce<T>(pool: Pool, attempt: Attempt<T>): Promise<Ended<T>> {
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    return { kind: "failed", error, mayHaveCommitted: false };
  }
  let isCommitting = false;
  try {
    await asked(client.query(attempt.begin));
    const value = await attempt.work(transactionOn(client, attempt));
    isCommitting = true;
    await asked(client.query("COMMIT"));
    client.release();
    return { kind: "done", value };
  } catch (error) {
    if (error instanceof DatabaseFailure) {
      // Whatever state it is in, nobody else gets it.
      client.release(true);
      const { cause } = error;
      const mayHaveCommitted = isCommitting && kindOf(cause) === "lost";
      return { kind: "failed", error: cause, mayHaveCommitted };
    }
    await rollBack(client);
    throw error;
  }
}

function transactionOn(
  client: PoolClient,
  { schema, isAgain }: Pick<Attempt<unknown>, "schema" | "isAgain">,
): Transaction {
  const name = quoted(schema);
  return {
    isAgain,
    async query(text, values = []) {
      const statement = text.replaceAll("{schema}", name);
      const result = await asked(client.query<Row>(statement, [...values]));
      return result.rows;
    },
  };
}

async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query("ROLLBACK");
    client.release();
  } catch {
    // Without its connection the server rolls it back by itself.
    client.release(true);
  }
}

/** A name as SQL takes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function openPool(
  address: DatabaseAddress,
  limits: DatabaseLimits,
  place: string,
): Promise<Pool> {
  const { Pool } = await loadLibrary(place);
  const { host, port, user, database, tls } = address;
  const pool = new Pool({
    host,
    port,
    user,
    database,
    // A function, so that neither PGPASSWORD nor ~/.pgpass stands in for none.
    password: () => address.password,
    ssl:
      tls === null
        ? false
        : {
            // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED does not switch it off.
            rejectUnauthorized: tls.mode !== "require",
            ...(tls.roots === null ? {} : { ca: tls.roots }),
            ...(tls.mode === "verify-full"
              ? {}
              : { checkServerIdentity: () => undefined }),
          },
    application_name: "tieline",
    max: MAX_CONNECTIONS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    connectionTimeoutMillis: limits.connectMs,
    query_timeout: limits.answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    allowExitOnIdle: true,
  });
  // A connection that is lost fails what uses it; one that nobody uses must not end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
  });
  return pool;
}

async function loadLibrary(place: string): Promise<typeof Pg> {
  const loaded = await loadOptional("pg", () => import("pg"));
  if ("module" in loaded) return loaded.module;
  throw new UserError("STA040", `the state in ${place} needs the package pg`, {
    ...loaded,
    notDone: "the database was not asked",
  });
}
