import { readFileSync, readlinkSync } from "node:fs";
import type { ProcessMark, Processes } from "../ports/processes.ts";

/**
 * The processes of this machine, as far as proc(5) shows them. Where it does not, nobody is ever
 * known to be gone.
 */
export const systemProcesses: Processes = {
  get self() {
    return markOf(process.pid);
  },
  isGone(pid, mark) {
    const own = markOf(process.pid);
    if (own === null || mark === undefined) return false;
    if (mark.boot !== own.boot || mark.pidNamespace !== own.pidNamespace)
      return false;
    if (isUnknown(pid)) return true;
    const stat = readStat(pid);
    // One that is hidden from us lives; one that was killed and waits for its parent to notice will
    // never write again.
    return stat !== null && (stat.isEnded || stat.started !== mark.started);
  },
};

/** @remarks Source: proc(5), proc_pid_ns(5), random(4): `boot_id`. */
function markOf(pid: number): ProcessMark | null {
  try {
    // A /proc of another namespace would tell of other processes under our ids.
    if (readlinkSync("/proc/self") !== String(pid)) return null;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const pidNamespace = readlinkSync("/proc/self/ns/pid");
    const started = readStat(pid)?.started;
    return started === undefined || boot === ""
      ? null
      : { boot, pidNamespace, started };
  } catch {
    // No /proc on this system, or one that shows less.
    return null;
  }
}

/** True when the operating system says that there is no such process. */
function isUnknown(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it lives, it is only not ours.
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/**
 * @remarks Source: proc_pid_stat(5): state and, 19 fields later, the start time follow the command,
 * which is in parentheses and may hold any character.
 */
function readStat(
  pid: number,
): { readonly isEnded: boolean; readonly started: string } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state = "", started = ""] = [fields[0], fields[19]];
  return /^\d+$/u.test(started)
    ? { isEnded: /^[ZX]/u.test(state), started }
    : null;
}
