import { randomUUID } from "node:crypto";
import { isJsonObject } from "../../domain/json.ts";
import { leaseNotRenewed } from "../../domain/state/lease-lost.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Processes } from "../../ports/processes.ts";
import type { Lease, LeaseHolder } from "../../ports/state-store.ts";
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
import { parseStrictJson } from "../../util/strict-json.ts";
import type { RefFiles } from "./objects.ts";
import type { RefStore } from "./ref-store.ts";

/**
 * How long a lease holds without a renewal: a push may take tens of seconds, and the clocks of two
 * runners may differ by some. A job that was killed on another machine blocks the next one for
 * three minutes at most.
 */
export const GIT_LEASE_TTL_MS = 180_000;

/** File of the lease in the ref. */
const LEASE_FILE = "lease.json";

/** What a lease in a ref needs from its surroundings. */
export interface GitLeaseContext {
  readonly store: RefStore;
  readonly clock: Clock;
  readonly processes: Processes;
  /** Until when each lease of this process was last known to hold, by its id. */
  readonly held: Map<string, number>;
}

/** Takes the lease kept in a ref. @throws ConflictError STA003 while another holds it. */
export async function acquireGitLease(
  context: GitLeaseContext,
  holder: LeaseHolder,
): Promise<Lease> {
  const { store, clock, processes, held } = context;
  const id = randomUUID();
  let fence = 0;
  let expiresAt = 0;
  const write = (): ReadonlyMap<string, string> => {
    expiresAt = clock.now() + GIT_LEASE_TTL_MS;
    return new Map([
      [LEASE_FILE, encodeLease({ ...holder, id, fence, expiresAt })],
    ]);
  };
  await store.update(`lease: ${holder.runId}`, async (files) => {
    const current = await leaseIn(files);
    const now = clock.now();
    if (current !== undefined && isHeld(current, now, processes))
      throw leaseHeld(current, now);
    fence = (await fenceIn(files)) + 1;
    return write();
  });
  held.set(id, expiresAt);
  return {
    id,
    fence,
    ttlMs: GIT_LEASE_TTL_MS,
    async renew() {
      await store.update(`lease renewed: ${holder.runId}`, async (files) => {
        const current = await leaseIn(files);
        if (current?.id === id) return write();
        held.delete(id);
        throw leaseLost(current);
      });
      held.set(id, expiresAt);
    },
    async release() {
      held.delete(id);
      await store.update(`lease released: ${holder.runId}`, async (files) =>
        (await leaseIn(files))?.id === id ? endLease(files) : null,
      );
    },
  };
}

/**
 * What this machine can say without asking the remote for each line of a journal: the lease was
 * held when it was last renewed, and that time is not up. Who took it over before its time shows at
 * the next renewal. @throws ConflictError STA004.
 */
export async function assertTimeLeft(
  { store, clock, held }: GitLeaseContext,
  lease: Lease,
): Promise<void> {
  const until = held.get(lease.id);
  if (until === undefined)
    assertHolds(await leaseIn(await store.read()), lease, clock.now());
  else if (until <= clock.now()) throw leaseNotRenewed();
}

/** @throws ConflictError STA004 unless the lease is the one in these files. */
export async function assertLeaseIn(
  files: RefFiles,
  lease: Lease | undefined,
  clock: Pick<Clock, "now">,
): Promise<void> {
  if (lease !== undefined)
    assertHolds(await leaseIn(files), lease, clock.now());
}

/** The highest fence that was ever given; what a released lease leaves behind tells it too. */
async function fenceIn(files: RefFiles): Promise<number> {
  const text = await files.text(LEASE_FILE);
  const read = text === null ? undefined : parseStrictJson(text);
  if (read === undefined || !("value" in read) || !isJsonObject(read.value))
    return 0;
  const { fence } = read.value;
  return typeof fence === "number" && Number.isSafeInteger(fence) ? fence : 0;
}

/** Leaves of a lease only its fence, so that the next one gets a higher. */
async function endLease(files: RefFiles): Promise<ReadonlyMap<string, string>> {
  const fence = await fenceIn(files);
  return new Map([[LEASE_FILE, `${JSON.stringify({ fence })}\n`]]);
}

/** The lease that is stored, dead or alive. */
export async function leaseIn(
  files: RefFiles,
): Promise<LeaseRecord | undefined> {
  return decodeLease(await files.text(LEASE_FILE));
}

/**
 * Ends the lease with this id. @throws ConflictError STA002 when it is not the one that is held.
 */
export async function breakGitLease(
  store: RefStore,
  id: string,
): Promise<void> {
  await store.update("lease broken", async (files) => {
    const current = await leaseIn(files);
    if (current?.id !== id) throw otherLease(current);
    return endLease(files);
  });
}
