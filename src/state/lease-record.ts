import { ConflictError } from "../domain/problem/error.ts";
import { isJsonObject } from "../domain/json.ts";
import { leaseNotRenewed } from "../domain/state/lease-lost.ts";
import type { LeaseInfo } from "../domain/state/state.ts";
import type { ProcessMark, Processes } from "../ports/processes.ts";
import type { Lease, LeaseHolder } from "../ports/state-store.ts";
import { parseStrictJson } from "../util/strict-json.ts";

/** A lease as backends store it. */
export interface LeaseRecord extends LeaseHolder {
  readonly id: string;
  readonly fence: number;
  /** Milliseconds since 1970, by the holder's clock. */
  readonly expiresAt: number;
}

/** One line of JSON. */
export function encodeLease(record: LeaseRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** `undefined` for text that is no lease. */
export function decodeLease(text: string | null): LeaseRecord | undefined {
  const read = text === null ? undefined : parseStrictJson(text);
  if (read === undefined || !("value" in read) || !isJsonObject(read.value))
    return undefined;
  const { id, actor, host, pid, runId, expiresAt, mark } = read.value;
  const { fence = 0 } = read.value;
  if (
    typeof id !== "string" ||
    typeof actor !== "string" ||
    typeof host !== "string" ||
    typeof runId !== "string" ||
    typeof pid !== "number" ||
    typeof fence !== "number" ||
    typeof expiresAt !== "number"
  )
    return undefined;
  const known = markIn(mark);
  return {
    ...{ id, fence, actor, host, pid, runId, expiresAt },
    ...(known === undefined ? {} : { mark: known }),
  };
}

function markIn(value: unknown): ProcessMark | undefined {
  if (!isJsonObject(value)) return undefined;
  const { boot, pidNamespace, started } = value;
  return typeof boot === "string" &&
    typeof pidNamespace === "string" &&
    typeof started === "string"
    ? { boot, pidNamespace, started }
    : undefined;
}

/**
 * Whether a stored lease keeps others out: not expired, and its process not known to be gone. Names
 * of hosts decide nothing: two containers may have the same one and see different processes under
 * one id.
 */
export function isHeld(
  record: LeaseRecord,
  now: number,
  processes: Processes,
): boolean {
  if (record.expiresAt <= now) return false;
  return !processes.isGone(record.pid, record.mark);
}

/** A lease for people. */
export function leaseInfo(record: LeaseRecord | undefined): LeaseInfo | null {
  if (record === undefined) return null;
  const { id, actor, host, pid, runId, expiresAt } = record;
  return {
    id,
    actor,
    host,
    pid,
    runId,
    expiresAt: new Date(expiresAt).toISOString(),
  };
}

/**
 * The refusal of a lease that another run holds; without a record, of one that was taken this very
 * moment.
 */
export function leaseHeld(
  current: LeaseRecord | undefined,
  now: number,
): ConflictError {
  if (current === undefined)
    return new ConflictError(
      "STA003",
      "another run took the lease of this environment at the same moment",
      { fix: "try again", notDone: "nothing was changed" },
    );
  const seconds = Math.max(1, Math.ceil((current.expiresAt - now) / 1000));
  return new ConflictError(
    "STA003",
    `another run is applying to this environment: ${current.actor} on ${current.host}, process ${String(current.pid)}`,
    {
      why: `its lease ${current.id} holds for ${String(seconds)} more seconds unless it is renewed`,
      fix: "wait for that run to end; if it crashed, its lease ends by itself",
      notDone: "nothing was changed",
    },
  );
}

/** The news that a lease is no longer this run's. */
export function leaseLost(current: LeaseRecord | undefined): ConflictError {
  return new ConflictError("STA004", "the lease of this run was taken over", {
    why:
      current === undefined
        ? "the lease is gone"
        : `${current.actor} on ${current.host} holds it now`,
    fix: "wait for that run to end, then plan again",
    notDone: "no further change was started",
  });
}

/** @throws ConflictError STA004 unless the stored lease is this one, and its time is not up. */
export function assertHolds(
  current: LeaseRecord | undefined,
  lease: Pick<Lease, "id">,
  now: number,
): void {
  if (current?.id !== lease.id) throw leaseLost(current);
  if (current.expiresAt <= now) throw leaseNotRenewed();
}

/** The refusal to break a lease that is not the one that was named. */
export function otherLease(current: LeaseRecord | undefined): ConflictError {
  return new ConflictError(
    "STA002",
    current === undefined
      ? "nobody holds the lease"
      : `the lease that is held is ${current.id}, not the one named`,
    {
      ...(current === undefined
        ? {}
        : {
            why: `${current.actor} on ${current.host} holds it, run ${current.runId}`,
          }),
      fix: "look at the lease with: tieline state show <environment>",
      notDone: "nothing was changed",
    },
  );
}
