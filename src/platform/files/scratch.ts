import {
  accessSync,
  existsSync,
  constants as fileModes,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import { asFileError } from "./file-error.ts";
import { isLeftOver, processName } from "./leftovers.ts";
import { placeIn } from "./place.ts";
import { readBytes } from "./read.ts";
import { PRIVATE_FILE, replaceFileNow } from "./write.ts";

/**
 * Types of file systems that live in memory: tmpfs and ramfs. @remarks Source: Linux,
 * include/uapi/linux/magic.h.
 */
const IN_MEMORY = [0x01021994, 0x858458f6];
/**
 * Signals that end a process, beside those that the program listens to anyway. Of those that mean a
 * fault of the process itself nothing can be caught safely.
 */
const ENDING: readonly NodeJS.Signals[] = [
  ...(["SIGABRT", "SIGALRM", "SIGIO", "SIGPROF", "SIGPWR"] as const),
  ...(["SIGSTKFLT", "SIGSYS", "SIGTRAP", "SIGUSR2", "SIGVTALRM"] as const),
  ...(["SIGXCPU", "SIGXFSZ"] as const),
];
const SHARED_MEMORY = "/dev/shm";
const PREFIX = "tieline-edit-";
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * A file with plain text that another program has to see, in a folder of its own: both for the
 * owner only, in memory where the system has such a place. It goes with {@link Scratch.dispose}, at
 * the latest with the process, whatever signal ends it; after SIGKILL, with the next run of
 * tieline.
 */
export class Scratch {
  readonly #folder: string;
  readonly #name: string;
  readonly #signals = ENDING.filter((name) => name in constants.signals);
  readonly #atExit = (): void => {
    rmSync(this.#folder, { recursive: true, force: true });
  };
  readonly #atSignal = (signal: NodeJS.Signals): void => {
    this.dispose();
    // Nobody listens any more, so that it does what it would have done.
    process.kill(process.pid, signal);
  };

  /** @throws FileError. */
  constructor(name: string, bytes: Uint8Array) {
    this.#name = name;
    try {
      this.#folder = makeFolder();
    } catch (error) {
      throw asFileError("written", name, error);
    }
    process.on("exit", this.#atExit);
    for (const signal of this.#signals) process.on(signal, this.#atSignal);
    try {
      replaceFileNow(placeIn(this.#folder, name), bytes, {
        mode: PRIVATE_FILE,
        isPrivate: true,
      });
    } catch (error) {
      this.dispose();
      throw asFileError("written", name, error);
    }
  }

  /** Absolute. */
  get file(): string {
    return join(this.#folder, this.#name);
  }

  /**
   * What is in the file now; an editor may have put another file in its place. @throws FileError.
   */
  read(): Uint8Array {
    const place = placeIn(this.#folder, this.#name, { act: "read" });
    return readBytes(place, MAX_BYTES);
  }

  /** Takes file and folder away. */
  dispose(): void {
    process.off("exit", this.#atExit);
    for (const signal of this.#signals) process.off(signal, this.#atSignal);
    this.#atExit();
  }
}

/** A folder in the first place that takes one. @throws the system's error of the last. */
function makeFolder(): string {
  const parents = scratchParents();
  for (const [index, parent] of parents.entries()) {
    const folder = join(parent, processName(PREFIX));
    try {
      // Not recursive: a folder of that name that is there already is somebody else's.
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if (index === parents.length - 1) throw error;
    }
  }
  throw new UserError("CLI016", "no temporary file can be made", {
    why: `neither ${SHARED_MEMORY} nor ${tmpdir()} is a place for it`,
    fix: "name a folder with TMPDIR",
    notDone: "nothing was written",
  });
}

/** Removes what killed runs left. Looks at names only, and at folders of this user's. */
export function sweepScratch(): void {
  for (const parent of scratchParents())
    try {
      for (const name of readdirSync(parent))
        if (name.startsWith(PREFIX)) sweepOne(join(parent, name), name);
    } catch {
      // Tidying up is no reason to fail; the next run tries again.
    }
}

function sweepOne(path: string, name: string): void {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info?.isDirectory() === true && isLeftOver(name, PREFIX, info))
    rmSync(path, { recursive: true, force: true });
}

/**
 * The user's own folder of the session and the shared one, where they are in memory: what is there
 * never reaches a disk. Else the usual place.
 */
function scratchParents(): readonly string[] {
  const memory = [process.env["XDG_RUNTIME_DIR"] ?? "", SHARED_MEMORY];
  return [
    ...memory.filter(isInMemory),
    ...(existsSync(tmpdir()) ? [tmpdir()] : []),
  ];
}

function isInMemory(folder: string): boolean {
  if (process.platform !== "linux" || !isAbsolute(folder)) return false;
  try {
    accessSync(folder, fileModes.W_OK | fileModes.X_OK);
    return IN_MEMORY.includes(statfsSync(folder).type);
  } catch {
    return false;
  }
}
