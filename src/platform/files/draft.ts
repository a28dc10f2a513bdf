import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../../domain/problem/system-cause.ts";
import { flush } from "./flush.ts";
import { draftName, sweepLeftovers } from "./leftovers.ts";
import { folderOf, type Place } from "./place.ts";
import { assertSameFolder, withoutFollowing } from "./read.ts";

/** Drafts of this process that are not in place yet; what is left of them goes with it. */
const open = new Set<Draft>();
let isWatchingExit = false;

/** Codes by which a file system says that it has no hard links. */
const NO_LINKS = [
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
] as const;

/** Mode and owner that a draft is to have. */
export interface DraftOptions {
  readonly mode: number;
  /** The file it replaces: its mode is kept, its owner where the system lets us. */
  readonly like?: Stats | undefined;
}

/**
 * The new content of a file, written beside it under a name that nobody can guess, then put into
 * its place in one step. What is not put into place is removed, at the latest when the process
 * ends; after SIGKILL, by the next command that writes there.
 */
export class Draft {
  readonly path: string;
  readonly #folder: string;
  readonly #place: Place;
  #handle: number | undefined;
  #isGone = false;

  constructor(place: Place, { mode, like }: DraftOptions) {
    this.#place = place;
    this.#folder = folderOf(place);
    this.path = join(this.#folder, draftName());
    sweepLeftovers(this.#folder);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    this.#handle = openSync(this.path, withoutFollowing(flags), 0o600);
    remember(this);
    try {
      assertSameFolder(place);
      if (like !== undefined) keepOwner(this.#handle, like);
      // After the owner: changing that takes bits of the mode away. Not by the mask of the process:
      // 0644 is what a checkout has.
      fchmodSync(this.#handle, like === undefined ? mode : like.mode & 0o777);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Adds bytes; all of them, or it throws what the system says. */
  write(bytes: Uint8Array): void {
    if (this.#handle !== undefined) writeAll(this.#handle, bytes);
  }

  /** Waits until it is on disk, and closes it. */
  async keep(): Promise<void> {
    if (this.#handle === undefined) return;
    try {
      await flush(this.#handle);
    } finally {
      this.#close();
    }
  }

  /** As {@link keep}, for writers that cannot wait. */
  keepNow(): void {
    if (this.#handle === undefined) return;
    try {
      fsyncSync(this.#handle);
    } finally {
      this.#close();
    }
  }

  /** Puts it in the place of whatever file has this name. */
  replace(name: string): void {
    this.#close();
    assertSameFolder(this.#place);
    renameSync(this.path, join(this.#folder, name));
    this.#forget();
  }

  /**
   * Puts it under a name that is free; false when it is not. The file appears with its whole
   * content.
   */
  claim(name: string): boolean {
    this.#close();
    assertSameFolder(this.#place);
    const target = join(this.#folder, name);
    try {
      linkSync(this.path, target);
      this.discard();
      return true;
    } catch (error) {
      if (hasSystemCode(error, "EEXIST")) return false;
      if (!hasSystemCode(error, ...NO_LINKS)) throw error;
    }
    return this.#reserve(target);
  }

  /** Where there are no hard links: takes the name with an empty file, and replaces that. */
  #reserve(target: string): boolean {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    try {
      closeSync(openSync(target, withoutFollowing(flags), 0o600));
    } catch (error) {
      if (hasSystemCode(error, "EEXIST")) return false;
      throw error;
    }
    try {
      renameSync(this.path, target);
    } catch (error) {
      rmSync(target, { force: true });
      throw error;
    }
    this.#forget();
    return true;
  }

  /**
   * Takes away what was not put into place. Never throws: what went wrong before is what the user
   * has to hear.
   */
  discard(): void {
    try {
      this.#close();
      if (!this.#isGone) rmSync(this.path, { force: true });
      this.#forget();
    } catch {
      // Tried again when the process ends, and by the next command that writes there.
    }
  }

  #close(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) closeSync(handle);
  }

  #forget(): void {
    this.#isGone = true;
    open.delete(this);
  }
}

/** All of it, or what the system says: one call may write a part only. */
export function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;)
    at += writeSync(handle, bytes, at, bytes.length - at);
}

function keepOwner(handle: number, { uid, gid }: Stats): void {
  const own = fstatSync(handle);
  if (own.uid === uid && own.gid === gid) return;
  try {
    fchownSync(handle, uid, gid);
  } catch {
    // Only root can give files away; then the file is the writer's, as after any editor.
  }
}

function remember(draft: Draft): void {
  open.add(draft);
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.on("exit", () => {
    for (const each of open) each.discard();
  });
}

/** What is under a path, `undefined` for nothing. */
export function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
