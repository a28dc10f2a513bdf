import { randomUUID } from "node:crypto";
import type { Clock } from "../../ports/clock.ts";
import type { Processes } from "../../ports/processes.ts";
import type { Lease, LeaseHolder } from "../../ports/state-store.ts";
import { writeDurably } from "../durable.ts";
import {
  assertHolds,
  decodeLease,
  encodeLease,
  isHeld,
  leaseHeld,
  leaseLost,
  otherLease,
  type LeaseRecord,
} from "../lease-record.ts";
import { turnsIn, type Turn, type Turns } from "./turns.ts";

/**
 * How long a lease holds without a renewal. Long enough for a slow disk or a paused laptop lid,
 * short enough that a crashed CI job on another machine blocks the next one for a minute at most.
 */
export const LEASE_TTL_MS = 60_000;

/** What a turn holds once its lease was given back. */
const RELEASED = "released\n";

/** What a lease needs from its surroundings. */
export interface LeaseContext {
  readonly folder: string;
  readonly clock: Clock;
  readonly processes: Processes;
  /** Another life than the usual one, for tests. */
  readonly leaseTtlMs?: number;
}

/**
 * Takes the lease kept in a folder. One that expired, or whose process is known to be gone, is
 * taken over; of two that try, one succeeds.
 * @throws ConflictError STA003 while another holds it.
 */
export async function acquireFileLease(
  context: LeaseContext,
  holder: LeaseHolder,
): Promise<Lease> {
  const { clock, processes, leaseTtlMs: ttlMs = LEASE_TTL_MS } = context;
  const turns = turnsIn(context.folder, "lease");
  const id = randomUUID();
  const before = await turns.current();
  const current = decodeLease(before.text);
  // Numbers of turns never go back, so they are the fence.
  const fence = before.number + 1;
  const record = (): string =>
    encodeLease({ ...holder, id, fence, expiresAt: clock.now() + ttlMs });
  const now = clock.now();
  if (current !== undefined && isHeld(current, now, processes))
    throw leaseHeld(current, now);
  if (!(await turns.take(before, record()))) throw leaseHeld(undefined, now);
  return {
    id,
    fence,
    ttlMs,
    async renew() {
      await assertOwn(turns, id);
      await writeDurably(turns.pathOf(fence), record());
      // Taken over between the look and the write: the higher number speaks, and this one must
      // know.
      await assertOwn(turns, id);
    },
    async release() {
      await endLease(turns, id);
    },
  };
}

/** @throws ConflictError STA004 unless this lease is held now. */
export async function assertFileLease(
  { folder, clock }: LeaseContext,
  lease: Lease | undefined,
): Promise<void> {
  if (lease === undefined) return;
  assertHolds(await readFileLease(folder), lease, clock.now());
}

/** The lease that is stored, dead or alive. */
export async function readFileLease(
  folder: string,
): Promise<LeaseRecord | undefined> {
  return decodeLease((await turnsIn(folder, "lease").current()).text);
}

/**
 * Ends the lease with this id. @throws ConflictError STA002 when it is not the one that is held.
 */
export async function breakFileLease(
  folder: string,
  id: string,
): Promise<void> {
  const other = await endLease(turnsIn(folder, "lease"), id);
  if (other !== null) throw otherLease(decodeLease(other.text));
}

/**
 * Marks the lease of this id as given back, and gives `null`; or the turn that speaks instead when
 * it is another one.
 */
async function endLease(turns: Turns, id: string): Promise<Turn | null> {
  const current = await turns.current();
  if (decodeLease(current.text)?.id !== id) return current;
  await writeDurably(turns.pathOf(current.number), RELEASED);
  return null;
}

async function assertOwn(turns: Turns, id: string): Promise<void> {
  const current = decodeLease((await turns.current()).text);
  if (current?.id !== id) throw leaseLost(current);
}
