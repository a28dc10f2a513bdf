import { ConflictError } from "../domain/error.ts";
import { isJsonObject } from "../domain/json.ts";
import type { LeaseInfo } from "../domain/state.ts";
import type { LeaseHolder } from "../ports/state-store.ts";

/** A lease as backends store it. */
export interface LeaseRecord extends LeaseHolder {
  readonly id: string;
  /** Milliseconds since 1970, by the holder's clock. */
  readonly expiresAt: number;
}

/** What is needed to judge whether a stored lease still counts. */
export interface LeaseJudge {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Machine that judges: processes of others cannot be asked after. */
  readonly host: string;
  /** False when a process of this machine is known to be gone. */
  readonly isAlive: (pid: number) => boolean;
}

/** One line of JSON. */
export function encodeLease(record: LeaseRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** `undefined` for text that is no lease. */
export function decodeLease(text: string | null): LeaseRecord | undefined {
  if (text === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { id, actor, host, pid, runId, expiresAt } = value;
  if (
    typeof id !== "string" ||
    typeof actor !== "string" ||
    typeof host !== "string" ||
    typeof runId !== "string" ||
    typeof pid !== "number" ||
    typeof expiresAt !== "number"
  )
    return undefined;
  return { id, actor, host, pid, runId, expiresAt };
}

/** Whether a stored lease keeps others out: not expired, and its process not known to be gone. */
export function isHeld(record: LeaseRecord, judge: LeaseJudge): boolean {
  if (record.expiresAt <= judge.now) return false;
  return record.host !== judge.host || judge.isAlive(record.pid);
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

/** The refusal of a lease that another run holds; without a record, of one that was taken this very moment. */
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

/** The refusal to break a lease that is not the one that was named. */
export function otherLease(current: LeaseRecord | undefined): ConflictError {
  return new ConflictError(
    "STA010",
    current === undefined
      ? "nobody holds the lease"
      : `the lease that is held is ${current.id}, not the one named`,
    {
      ...(current === undefined
        ? {}
        : {
            why: `${current.actor} on ${current.host} holds it, run ${current.runId}`,
          }),
      fix: "look at the lease with: tieline state show",
      notDone: "nothing was changed",
    },
  );
}
