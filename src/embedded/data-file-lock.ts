import { randomUUID } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

import { UserError } from "../domain/error.ts";
import type { Clock } from "../ports/clock.ts";
import { unusable } from "./journal.ts";

/** What a lock needs from its surroundings. */
export interface LockContext {
  readonly clock: Clock;
  /** False when a process of this machine is known to be gone. */
  readonly isAlive: (pid: number) => boolean;
}

/**
 * How long a start waits for another process to finish: a plan holds its data for a fraction of a second, and two of them at once
 * should both succeed.
 */
const PATIENCE_MS = 3_000;
const POLL_MS = 50;

/**
 * Takes the data file for this process alone: two at once would not see each other's writes. The lock is a file beside it that
 * names the process; one whose process is gone is taken over.
 * @returns Gives the data file free.
 * @throws UserError CLI015 while another process holds it, CLI011 when the folder cannot be used.
 */
export async function lockDataFile(
  dataFile: string,
  { clock, isAlive }: LockContext,
): Promise<() => void> {
  const lock = `${dataFile}.lock`;
  const own = `${String(process.pid)} ${randomUUID()}\n`;
  const release = (): void => {
    if (readText(lock) === own) rmSync(lock, { force: true });
  };
  for (let waited = 0; ; waited += POLL_MS) {
    const outcome = tryLock(dataFile, lock, own);
    if (outcome === "held") return release;
    if (outcome === "impossible") return () => undefined;
    const holder = readText(lock);
    const pid = Number.parseInt(holder ?? "", 10);
    // A lock without a process was written by hand or torn by a crash: nobody holds it.
    const isGone = holder !== undefined && (Number.isNaN(pid) || !isAlive(pid));
    if (waited >= PATIENCE_MS) throw inUse(dataFile, lock, pid);
    if (isGone) moveAside(lock, holder);
    else await clock.sleep(POLL_MS);
  }
}

/** `impossible` where nothing can be written at all: there the data file cannot change either, so nothing needs a lock. */
function tryLock(
  dataFile: string,
  lock: string,
  own: string,
): "held" | "taken" | "impossible" {
  const draft = `${lock}.${randomUUID()}`;
  try {
    mkdirSync(dirname(dataFile), { recursive: true });
    writeFileSync(draft, own, { mode: 0o600, flag: "wx" });
    // Unlike a write, a link appears whole or not at all, and never over another.
    linkSync(draft, lock);
    return "held";
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return "taken";
    if (code === "EROFS" || code === "EACCES" || code === "EPERM")
      return "impossible";
    throw unusable(dataFile, "its folder cannot be used", error);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a dead lock out of the way; if another took it over in between, what was moved is theirs and goes back. */
function moveAside(lock: string, holder: string): void {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
    if (readText(aside) !== holder) linkSync(aside, lock);
  } catch {
    // Someone else was faster; the next attempt shows who holds it.
  }
  rmSync(aside, { force: true });
}

/** True unless the operating system says there is no such process. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error
    ? String(error.code)
    : undefined;
}

function inUse(dataFile: string, lock: string, pid: number): UserError {
  return new UserError(
    "CLI015",
    `the data file "${dataFile}" of the embedded API is in use by process ${String(pid)}`,
    {
      why: "one process at a time keeps the data of an environment; two would lose each other's writes",
      fix: `stop that process, or use the embedded API it serves by its address; if it is no tieline, remove "${lock}"`,
      notDone: "the embedded API was not started",
    },
  );
}
