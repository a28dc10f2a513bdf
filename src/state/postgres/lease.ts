import { randomUUID } from "node:crypto";
import type { LeaseInfo } from "../../domain/state/state.ts";
import type { Processes } from "../../ports/processes.ts";
import type { Lease, LeaseHolder } from "../../ports/state-store.ts";
import { damaged } from "../codec.ts";
import {
  assertHolds,
  decodeLease,
  encodeLease,
  isHeld,
  leaseHeld,
  leaseInfo,
  leaseLost,
  otherLease,
  type LeaseRecord,
} from "../lease-record.ts";
import type { Database, Row, Transaction } from "./database.ts";

/** How long a lease holds without a renewal, by the clock of the database. */
const LEASE_TTL_MS = 60_000;

/** What leases work with. */
export interface LeaseContext {
  readonly database: Database;
  readonly environment: string;
  readonly processes: Processes;
  readonly leaseTtlMs?: number;
}

/** The row of an environment as far as leases go. */
interface LeaseRow {
  readonly fence: number;
  readonly record: LeaseRecord | undefined;
  /** What the clock of the database says, in milliseconds since 1970. */
  readonly now: number;
}

const LEASE_COLUMNS = `fence, lease_id, lease_holder,
  (extract(epoch FROM lease_expires_at) * 1000)::float8 AS expires,
  (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`;

/** Takes the lease. @throws ConflictError STA003 while another holds it. */
export async function acquireLease(
  context: LeaseContext,
  holder: LeaseHolder,
): Promise<Lease> {
  const { database, environment, leaseTtlMs: ttlMs = LEASE_TTL_MS } = context;
  const id = randomUUID();
  const fence = await database.write(async (transaction) => {
    const row = await lockRow(context, transaction);
    // Taken by an attempt whose answer was lost.
    if (row.record?.id === id) return row.fence;
    if (
      row.record !== undefined &&
      isHeld(row.record, row.now, context.processes)
    )
      throw leaseHeld(row.record, row.now);
    const next = row.fence + 1;
    await transaction.query(
      `UPDATE {schema}.environments SET fence = $2, lease_id = $3, lease_holder = $4,
        lease_expires_at = clock_timestamp() + $5 * interval '1 millisecond' WHERE name = $1`,
      [
        environment,
        next,
        id,
        encodeLease({ ...holder, id, fence: next, expiresAt: 0 }),
        ttlMs,
      ],
    );
    return next;
  });
  return {
    id,
    fence,
    ttlMs,
    renew: () =>
      database.write(async (transaction) => {
        const { record } = await lockRow(context, transaction);
        if (record?.id !== id) throw leaseLost(record);
        await transaction.query(
          `UPDATE {schema}.environments
            SET lease_expires_at = clock_timestamp() + $2 * interval '1 millisecond' WHERE name = $1`,
          [environment, ttlMs],
        );
      }),
    release: () =>
      database.write(async (transaction) => {
        const { record } = await lockRow(context, transaction);
        if (record?.id === id) await endLease(context, transaction);
      }),
  };
}

/** Who holds the lease, dead or alive. */
export function readLease(context: LeaseContext): Promise<LeaseInfo | null> {
  return context.database.read(async (transaction) => {
    const [row] = await transaction.query(
      `SELECT ${LEASE_COLUMNS} FROM {schema}.environments WHERE name = $1`,
      [context.environment],
    );
    return leaseInfo(leaseRowOf(row, context.database.place).record);
  });
}

/** @throws ConflictError STA002 when it is not the one that is held. */
export function breakLease(context: LeaseContext, id: string): Promise<void> {
  return context.database.write(async (transaction) => {
    const { record } = await lockRow(context, transaction);
    if (record === undefined && transaction.isAgain) return;
    if (record?.id !== id) throw otherLease(record);
    await endLease(context, transaction);
  });
}

/**
 * One write. It locks the row of the environment until it ends, and holds the lease against it:
 * nobody takes the lease between this look and what is stored after it.
 * @throws ConflictError STA004.
 */
export function underLease<T>(
  context: LeaseContext,
  lease: Lease | undefined,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return context.database.write(async (transaction) => {
    const { record, now } = await lockRow(context, transaction);
    if (lease !== undefined) assertHolds(record, lease, now);
    return work(transaction);
  });
}

async function lockRow(
  { environment, database }: LeaseContext,
  transaction: Transaction,
): Promise<LeaseRow> {
  const select = (): Promise<readonly Row[]> =>
    transaction.query(
      `SELECT ${LEASE_COLUMNS} FROM {schema}.environments WHERE name = $1 FOR UPDATE`,
      [environment],
    );
  let [row] = await select();
  if (row === undefined) {
    await transaction.query(
      "INSERT INTO {schema}.environments (name) VALUES ($1) ON CONFLICT DO NOTHING",
      [environment],
    );
    [row] = await select();
  }
  return leaseRowOf(row, database.place);
}

function leaseRowOf(row: Row | undefined, place: string): LeaseRow {
  const now = Number(row?.["now"] ?? 0);
  const fence = Number(row?.["fence"] ?? 0);
  const id = row?.["lease_id"] ?? null;
  if (row === undefined || id === null)
    return { fence, now, record: undefined };
  const holder = row["lease_holder"];
  const record = decodeLease(typeof holder === "string" ? holder : null);
  if (record?.id !== id) throw damaged(place, "its lease is not a lease");
  return {
    fence,
    now,
    record: { ...record, fence, expiresAt: Number(row["expires"]) },
  };
}

async function endLease(
  { environment }: LeaseContext,
  transaction: Transaction,
): Promise<void> {
  await transaction.query(
    `UPDATE {schema}.environments
      SET lease_id = NULL, lease_holder = NULL, lease_expires_at = NULL WHERE name = $1`,
    [environment],
  );
}
