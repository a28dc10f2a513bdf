/**
 * What the reconciler remembers, in the schema that holds the state: seen by every process of a
 * fleet at once.
 */
import { randomUUID } from "node:crypto";
import { NO_ORDERS, type Orders } from "../../domain/reconcile/orders.ts";
import {
  MAX_KEPT_RUNS,
  type ReconcileStore,
} from "../../ports/reconcile-store.ts";
import {
  ORDERS,
  PENDING,
  RUN,
  STATUS,
  type StoredForm,
} from "../reconcile-codec.ts";
import type { Database, Row, Transaction } from "./database.ts";
import { textIn } from "./row.ts";
import { checkedOnce } from "./schema.ts";

/** The store in PostgreSQL. Nothing is asked before the first call. */
export function createPostgresReconcileStore(
  unchecked: Database,
): ReconcileStore {
  const database = checkedOnce(unchecked);
  const { place } = database;
  return {
    readStatus: (environment) =>
      database.read(async (transaction) =>
        decodeRow(
          await transaction.query(
            "SELECT status AS text FROM {schema}.reconcile_statuses WHERE environment = $1",
            [environment],
          ),
          { form: STATUS, environment, place },
        ),
      ),
    readStatuses: () =>
      database.read(async (transaction) => {
        const rows = await transaction.query(
          `SELECT environment, status AS text FROM {schema}.reconcile_statuses
            ORDER BY environment COLLATE "C"`,
        );
        return rows.map((row) =>
          STATUS.decode(
            textIn(row, "text", place),
            textIn(row, "environment", place),
            place,
          ),
        );
      }),
    writeStatus: (status) =>
      database.write(async (transaction) => {
        await transaction.query(
          `INSERT INTO {schema}.reconcile_statuses (environment, status) VALUES ($1, $2)
            ON CONFLICT (environment) DO UPDATE SET status = excluded.status`,
          [status.environment, STATUS.encode(status.environment, status)],
        );
      }),
    readPending: (environment) =>
      database.read(async (transaction) =>
        decodeRow(
          await transaction.query(
            "SELECT plan AS text FROM {schema}.reconcile_pending WHERE environment = $1",
            [environment],
          ),
          { form: PENDING, environment, place },
        ),
      ),
    writePending: (environment, plan) =>
      database.write(async (transaction) => {
        await (plan === null
          ? transaction.query(
              "DELETE FROM {schema}.reconcile_pending WHERE environment = $1",
              [environment],
            )
          : transaction.query(
              `INSERT INTO {schema}.reconcile_pending (environment, plan) VALUES ($1, $2)
                ON CONFLICT (environment) DO UPDATE SET plan = excluded.plan`,
              [environment, PENDING.encode(environment, plan)],
            ));
      }),
    ...storedOrders(database),
    ...storedRuns(database),
    // The connections belong to whoever opened them: other stores of the run use them too.
    close: () => Promise.resolve(),
  };
}

function storedOrders(
  database: Database,
): Pick<ReconcileStore, "readOrders" | "changeOrders"> {
  const { place } = database;
  const read = async (
    transaction: Transaction,
    environment: string,
    lock: "" | "FOR UPDATE",
  ): Promise<{ readonly orders: Orders; readonly change: unknown }> => {
    const rows = await transaction.query(
      `SELECT orders AS text, change FROM {schema}.reconcile_orders
        WHERE environment = $1 ${lock}`,
      [environment],
    );
    const orders = decodeRow(rows, { form: ORDERS, environment, place });
    return { orders: orders ?? NO_ORDERS, change: rows[0]?.["change"] };
  };
  return {
    readOrders: (environment) =>
      database.read(
        async (transaction) =>
          (await read(transaction, environment, "")).orders,
      ),
    changeOrders(environment, change) {
      // A name of its own, so that an answer that was lost makes no second change.
      const id = randomUUID();
      return database.write(async (transaction) => {
        await transaction.query(
          `INSERT INTO {schema}.reconcile_orders (environment, orders, change) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING`,
          [environment, ORDERS.encode(environment, NO_ORDERS), randomUUID()],
        );
        const stored = await read(transaction, environment, "FOR UPDATE");
        if (stored.change === id) return stored.orders;
        const orders = change(stored.orders);
        await transaction.query(
          "UPDATE {schema}.reconcile_orders SET orders = $2, change = $3 WHERE environment = $1",
          [environment, ORDERS.encode(environment, orders), id],
        );
        return orders;
      });
    },
  };
}

function storedRuns(
  database: Database,
): Pick<ReconcileStore, "appendRun" | "readRuns"> {
  const { place } = database;
  return {
    appendRun(run) {
      const { environment } = run;
      const id = randomUUID();
      return database.write(async (transaction) => {
        await transaction.query(
          `INSERT INTO {schema}.reconcile_runs (environment, id, run) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO NOTHING`,
          [environment, id, RUN.encode(environment, run)],
        );
        await transaction.query(
          `DELETE FROM {schema}.reconcile_runs WHERE environment = $1 AND position <=
            (SELECT position FROM {schema}.reconcile_runs WHERE environment = $1
              ORDER BY position DESC OFFSET $2 LIMIT 1)`,
          [environment, MAX_KEPT_RUNS],
        );
      });
    },
    readRuns: (environment, limit) =>
      database.read(async (transaction) => {
        const rows = await transaction.query(
          `SELECT run FROM {schema}.reconcile_runs WHERE environment = $1
            ORDER BY position DESC LIMIT $2`,
          [environment, limit],
        );
        return rows.map((row) =>
          RUN.decode(textIn(row, "run", place), environment, place),
        );
      }),
  };
}

function decodeRow<T>(
  rows: readonly Row[],
  to: {
    readonly form: StoredForm<T>;
    readonly environment: string;
    readonly place: string;
  },
): T | null {
  const [row] = rows;
  if (row === undefined) return null;
  return to.form.decode(
    textIn(row, "text", to.place),
    to.environment,
    to.place,
  );
}
