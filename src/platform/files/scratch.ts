import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../domain/error.ts";
import { asFileError } from "./file-error.ts";
import { isLeftOver, processName } from "./leftovers.ts";
import { placeIn } from "./place.ts";
import { readBytes } from "./read.ts";
import { PRIVATE_FILE, replaceFileNow } from "./write.ts";

/** A memory file system where there is one: what is there never reaches a disk. */
const MEMORY_FOLDER = "/dev/shm";
const PREFIX = "tieline-edit-";
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * A file with plain text that another program has to see, in a folder of its own: both for the owner only, in memory where the system has such a
 * place. It goes with {@link Scratch.dispose}, at the latest with the process; after SIGKILL, with the next run of tieline.
 */
export class Scratch {
  readonly #folder: string;
  readonly #name: string;
  readonly #atExit = (): void => {
    rmSync(this.#folder, { recursive: true, force: true });
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

  /** What is in the file now; an editor may have put another file in its place. @throws FileError. */
  read(): Uint8Array {
    const place = placeIn(this.#folder, this.#name, { act: "read" });
    return readBytes(place, MAX_BYTES);
  }

  /** Takes file and folder away. */
  dispose(): void {
    process.off("exit", this.#atExit);
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
  throw new UserError("CLI016", "there is no place for a file of a moment", {
    why: `neither ${MEMORY_FOLDER} nor ${tmpdir()} exists`,
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

function scratchParents(): readonly string[] {
  return [
    ...(existsSync(MEMORY_FOLDER) ? [MEMORY_FOLDER] : []),
    ...(existsSync(tmpdir()) ? [tmpdir()] : []),
  ];
}
