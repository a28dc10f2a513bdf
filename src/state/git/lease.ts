import { randomUUID } from "node:crypto";
import type { Clock } from "../../ports/clock.ts";
import type { Processes } from "../../ports/processes.ts";
import type { Lease, LeaseHolder } from "../../ports/state-store.ts";
import {
  decodeLease,
  encodeLease,
  isHeld,
  leaseHeld,
  leaseLost,
  otherLease,
  type LeaseRecord,
} from "../lease-record.ts";
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
}

/** Takes the lease kept in a ref. @throws ConflictError STA003 while another holds it. */
export async function acquireGitLease(
  context: GitLeaseContext,
  holder: LeaseHolder,
): Promise<Lease> {
  const { store, clock, processes } = context;
  const id = randomUUID();
  const write = (): ReadonlyMap<string, string> =>
    new Map([
      [
        LEASE_FILE,
        encodeLease({
          ...holder,
          id,
          expiresAt: clock.now() + GIT_LEASE_TTL_MS,
        }),
      ],
    ]);
  await store.update(`lease: ${holder.runId}`, async (files) => {
    const current = await leaseIn(files);
    const now = clock.now();
    if (current !== undefined && isHeld(current, now, processes))
      throw leaseHeld(current, now);
    return write();
  });
  return {
    id,
    ttlMs: GIT_LEASE_TTL_MS,
    renew: () =>
      store.update(`lease renewed: ${holder.runId}`, async (files) => {
        const current = await leaseIn(files);
        if (current?.id !== id) throw leaseLost(current);
        return write();
      }),
    release: () =>
      store.update(`lease released: ${holder.runId}`, async (files) =>
        (await leaseIn(files))?.id === id
          ? new Map([[LEASE_FILE, null]])
          : null,
      ),
  };
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
    return new Map([[LEASE_FILE, null]]);
  });
}
