import { createHash, randomBytes } from "node:crypto";
import {
  lstatSync,
  readdirSync,
  readlinkSync,
  rmSync,
  type Stats,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { hasSystemCode } from "../../domain/problem/system-cause.ts";

/** Hidden, so that nothing takes it for a document. */
const DRAFT = ".tieline-draft-";
/** After the prefix: where process numbers mean the same, the process, chance. */
const REST = /^([0-9a-f]{8})-(\d+)-[0-9a-f]{24}$/u;
/**
 * No write takes this long, and nobody edits a file for a week: what is older belongs to nobody,
 * wherever its process ran.
 */
const MAX_AGE_MS = 7 * 24 * 3_600_000;

const swept = new Set<string>();
let space: string | undefined;

/**
 * A name for a file or folder of a moment: nobody can guess it, and it says which process makes it.
 */
export function processName(prefix: string): string {
  return `${prefix}${processSpace()}-${String(process.pid)}-${randomBytes(12).toString("hex")}`;
}

/** A name for the new content of a file beside it. */
export function draftName(): string {
  return processName(DRAFT);
}

/**
 * True for a name of {@link processName} whose process is known to be gone, or that is older than
 * anything lasts. What another user made is never left over.
 */
export function isLeftOver(name: string, prefix: string, info: Stats): boolean {
  const match = REST.exec(name.slice(prefix.length));
  if (match === null || !name.startsWith(prefix)) return false;
  if (info.uid !== process.getuid?.()) return false;
  if (Date.now() - info.mtimeMs > MAX_AGE_MS) return true;
  return match[1] === processSpace() && !isRunning(Number(match[2]));
}

/** Removes drafts that killed processes left in a folder, once per run and folder. */
export function sweepLeftovers(folder: string): void {
  if (swept.has(folder)) return;
  swept.add(folder);
  try {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(DRAFT)) continue;
      const path = join(folder, name);
      const info = lstatSync(path, { throwIfNoEntry: false });
      if (info?.isFile() === true && isLeftOver(name, DRAFT, info))
        rmSync(path);
    }
  } catch {
    // Tidying up is no reason to fail; whoever writes next tries again.
  }
}

/** False only when the system says that there is no such process. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasSystemCode(error, "ESRCH");
  }
}

/** Where process numbers mean the same: this machine, and in a container that container. */
function processSpace(): string {
  if (space !== undefined) return space;
  let namespace = "";
  try {
    namespace = readlinkSync("/proc/self/ns/pid");
  } catch {
    // No such thing on this system: then the machine's name has to do.
  }
  space = createHash("sha256")
    .update(`${hostname()} ${namespace}`)
    .digest("hex")
    .slice(0, 8);
  return space;
}
