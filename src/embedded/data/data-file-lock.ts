import { randomUUID } from "node:crypto";
import { lstatSync } from "node:fs";

import { UserError } from "../../domain/problem/error.ts";
import { isJsonObject } from "../../domain/json.ts";
import { hasSystemCode } from "../../domain/problem/system-cause.ts";
import {
  createPrivateNow,
  readPrivate,
  takeAwayPrivate,
  touchPrivate,
} from "../../platform/files/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ProcessMark, Processes } from "../../ports/processes.ts";
import { parseStrictJson } from "../../util/strict-json.ts";

/** What a lock needs from its surroundings. */
export interface LockContext {
  readonly clock: Clock;
  readonly processes: Processes;
}

/** A data file that this process holds alone. */
export interface DataLock {
  isHeld(): boolean;
  /**
   * Before each write. @throws UserError CLI015 when another process took the file over, because
   * this one had not been heard of for long.
   */
  assertHeld(): void;
  /** Gives the data file free; does nothing when it is another's by now. */
  release(): void;
}

/** For an environment in memory: there is nothing to share. */
export const NO_LOCK: DataLock = {
  isHeld: () => true,
  assertHeld: () => undefined,
  release: () => undefined,
};

/**
 * How long a start waits for another process to finish: a plan holds its data for a fraction of a
 * second, and two of them at once should both succeed.
 */
const PATIENCE_MS = 3_000;
const POLL_MS = 50;
/** How often a holder shows that it lives. */
const BEAT_MS = 5_000;
/**
 * A holder of whose process nothing can be told, such as one in another container, counts as gone
 * after this long without a beat.
 */
const SILENCE_MS = 30_000;

/**
 * Takes the data file for this process alone: two at once would not see each other's writes. The
 * lock is a file beside it that names the process; one whose process is known to be gone is taken
 * over at once, any other when it has been silent for long.
 * @throws UserError CLI015 while another process holds it, STA008 or STA035 when the folder cannot
 * be used.
 */
export async function lockDataFile(
  dataFile: string,
  { clock, processes }: LockContext,
): Promise<DataLock> {
  const lock = `${dataFile}.lock`;
  const own = encodeHolder(processes.self);
  for (let waited = 0; ; waited += POLL_MS) {
    const attempt = tryLock(lock, own);
    if (attempt.outcome === "held") return heldLock(dataFile, lock, own);
    if (attempt.outcome === "impossible") return NO_LOCK;
    const text = readPrivate(lock) ?? undefined;
    const holder = decodeHolder(text);
    const isGone =
      text !== undefined &&
      // A lock that names no process was written by hand: nobody holds it.
      (holder === undefined ||
        processes.isGone(holder.pid, holder.mark) ||
        (!isNeighbour(holder.mark, processes.self) &&
          attempt.now - beatOf(lock, attempt.now) > SILENCE_MS));
    if (waited >= PATIENCE_MS) throw inUse(dataFile, lock, holder?.pid);
    if (isGone) moveAside(lock, text);
    else await clock.sleep(POLL_MS);
  }
}

/** Of a process that we can see we know whether it lives; its silence then means nothing. */
function isNeighbour(
  mark: ProcessMark | undefined,
  self: ProcessMark | null,
): boolean {
  return (
    mark !== undefined &&
    self !== null &&
    mark.boot === self.boot &&
    mark.pidNamespace === self.pidNamespace
  );
}

function heldLock(dataFile: string, lock: string, own: string): DataLock {
  const isHeld = (): boolean => readText(lock) === own;
  const beat = setInterval(() => {
    if (isHeld()) touch(lock);
  }, BEAT_MS);
  // The lock alone must not keep a process from ending.
  beat.unref();
  return {
    isHeld,
    assertHeld() {
      if (!isHeld())
        throw inUse(dataFile, lock, decodeHolder(readText(lock))?.pid);
    },
    release() {
      clearInterval(beat);
      if (isHeld()) moveAside(lock, own);
    },
  };
}

function touch(lock: string): void {
  try {
    touchPrivate(lock);
  } catch {
    // Gone in this very moment: the next write tells.
  }
}

/** When the holder last showed that it lives, by the clock of the file system. */
function beatOf(lock: string, otherwise: number): number {
  try {
    return lstatSync(lock).mtimeMs;
  } catch {
    return otherwise;
  }
}

interface Attempt {
  /**
   * `impossible` where nothing can be written at all: there the data file cannot change either, so
   * nothing needs a lock.
   */
  readonly outcome: "held" | "taken" | "impossible";
  /** The moment by the clock of the file system, which every holder's beat is told by. */
  readonly now: number;
}

function tryLock(lock: string, own: string): Attempt {
  try {
    // Unlike a write, it appears whole or not at all, and never over another.
    const { isMade, at } = createPrivateNow(lock, own);
    return { outcome: isMade ? "held" : "taken", now: at };
  } catch (error) {
    if (hasSystemCode(error, "EROFS", "EACCES", "EPERM"))
      return { outcome: "impossible", now: 0 };
    throw error;
  }
}

/**
 * Moves a dead lock out of the way; if another took it over in between, what was moved is theirs
 * and goes back.
 */
function moveAside(lock: string, holder: string): void {
  try {
    takeAwayPrivate(lock, holder);
  } catch {
    // Someone else was faster; the next attempt shows who holds it.
  }
}

interface Holder {
  readonly pid: number;
  readonly mark?: ProcessMark;
}

function encodeHolder(mark: ProcessMark | null): string {
  const { pid } = process;
  const id = randomUUID();
  return `${JSON.stringify({ pid, id, ...(mark === null ? {} : { mark }) })}\n`;
}

function decodeHolder(text: string | undefined): Holder | undefined {
  const read = text === undefined ? undefined : parseStrictJson(text);
  if (read === undefined || !("value" in read) || !isJsonObject(read.value))
    return undefined;
  const { pid, mark } = read.value;
  if (typeof pid !== "number") return undefined;
  if (!isJsonObject(mark)) return { pid };
  const { boot, pidNamespace, started } = mark;
  return typeof boot === "string" &&
    typeof pidNamespace === "string" &&
    typeof started === "string"
    ? { pid, mark: { boot, pidNamespace, started } }
    : { pid };
}

function readText(path: string): string | undefined {
  try {
    return readPrivate(path) ?? undefined;
  } catch {
    // What became of it, the next start tells.
    return undefined;
  }
}

function inUse(
  dataFile: string,
  lock: string,
  pid: number | undefined,
): UserError {
  const who = pid === undefined ? "another process" : `process ${String(pid)}`;
  return new UserError(
    "CLI015",
    `the data file "${dataFile}" of the embedded API is in use by ${who}`,
    {
      why: "one process at a time keeps the data of an environment; two would lose each other's writes",
      fix: `stop that process, or use the embedded API it serves by its address; one that is gone is noticed within ${String(SILENCE_MS / 1000)} seconds, after that remove "${lock}"`,
      notDone: "nothing was written to it",
    },
  );
}
