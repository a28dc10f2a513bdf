import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { ConflictError } from "../../domain/error.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Lease, LeaseHolder } from "../../ports/state-store.ts";
import { createExclusively, readTextOrNull, writeDurably } from "./durable.ts";

/**
 * How long a lease holds without a renewal. Long enough for a slow disk or a paused laptop lid, short enough that a crashed CI job
 * on another machine blocks the next one for a minute at most.
 */
export const LEASE_TTL_MS = 60_000;

interface LeaseRecord {
  readonly id: string;
  readonly actor: string;
  readonly host: string;
  readonly pid: number;
  readonly runId: string;
  readonly expiresAt: number;
}

/** What a lease needs from its surroundings. */
export interface LeaseContext {
  readonly path: string;
  readonly clock: Clock;
  /** False when a process of this machine is known to be gone. */
  readonly isAlive: (pid: number) => boolean;
}

/**
 * Takes the lease kept in a file. A lease that expired, or whose process on this very machine is gone, is moved aside first; the move is
 * atomic, so of two that try only one succeeds.
 * @throws ConflictError STA003 while another holds it.
 */
export async function acquireFileLease(
  context: LeaseContext,
  holder: LeaseHolder,
): Promise<Lease> {
  const id = randomUUID();
  const { path, clock } = context;
  const record = (): string =>
    JSON.stringify({
      ...holder,
      id,
      expiresAt: clock.now() + LEASE_TTL_MS,
    } satisfies LeaseRecord);
  if (!(await createExclusively(path, record()))) {
    await moveAsideIfDead(context, holder);
    if (!(await createExclusively(path, record())))
      throw held(decodeLease(await readTextOrNull(path)), clock.now());
  }
  return {
    id,
    async renew() {
      await assertHeld(path, id);
      await writeDurably(path, record());
    },
    async release() {
      const current = decodeLease(await readTextOrNull(path));
      if (current?.id === id) await rm(path, { force: true });
    },
  };
}

async function assertHeld(path: string, id: string): Promise<void> {
  const current = decodeLease(await readTextOrNull(path));
  if (current?.id === id) return;
  throw new ConflictError("STA004", "the lease of this run was taken over", {
    why:
      current === undefined
        ? "the lease file is gone"
        : `${current.actor} on ${current.host} holds it now`,
    fix: "wait for that run to end, then plan again",
    notDone: "no further change was started",
  });
}

async function moveAsideIfDead(
  context: LeaseContext,
  holder: LeaseHolder,
): Promise<void> {
  const text = await readTextOrNull(context.path);
  if (text === null) return;
  const current = decodeLease(text);
  const isGone =
    current !== undefined &&
    current.host === holder.host &&
    !context.isAlive(current.pid);
  const isExpired =
    current === undefined || current.expiresAt <= context.clock.now();
  if (!isGone && !isExpired) throw held(current, context.clock.now());
  const aside = `${context.path}.${randomUUID()}.stale`;
  try {
    await rename(context.path, aside);
  } catch {
    // Someone else moved it first; whether we may go on is decided by the exclusive create that follows.
    return;
  }
  const moved = await readTextOrNull(aside);
  await rm(aside, { force: true });
  // Between reading and moving, the holder may have renewed or another may have taken it: then it was alive after all. Give it back.
  if (moved !== null && moved !== text)
    await createExclusively(context.path, moved);
}

function decodeLease(text: string | null): LeaseRecord | undefined {
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
    typeof runId !== "string"
  )
    return undefined;
  if (typeof pid !== "number" || typeof expiresAt !== "number")
    return undefined;
  return { id, actor, host, pid, runId, expiresAt };
}

function held(current: LeaseRecord | undefined, now: number): ConflictError {
  if (current === undefined) {
    return new ConflictError(
      "STA003",
      "another run took the lease of this environment at the same moment",
      {
        fix: "try again",
        notDone: "nothing was changed",
      },
    );
  }
  const seconds = Math.max(1, Math.ceil((current.expiresAt - now) / 1000));
  return new ConflictError(
    "STA003",
    `another run is applying to this environment: ${current.actor} on ${current.host}, process ${String(current.pid)}`,
    {
      why: `its lease holds for ${String(seconds)} more seconds unless it is renewed`,
      fix: "wait for that run to end; if it crashed, its lease ends by itself",
      notDone: "nothing was changed",
    },
  );
}
