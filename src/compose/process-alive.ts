import { readFileSync } from "node:fs";

/**
 * False when a process of this machine is gone. One that was killed and waits for its parent to notice (a zombie, common where
 * containers have no init) is gone too: it will never write again.
 */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, it is only not ours.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return !isZombie(pid);
}

/** @remarks Source: proc(5), /proc/[pid]/stat: the state follows the command, which is in parentheses and may hold any character. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return /^[ZX]/u.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    // No /proc on this system: the signal's answer has to do.
    return false;
  }
}
