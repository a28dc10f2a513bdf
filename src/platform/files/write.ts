import { flushFolder, flushFolderNow } from "./flush-folder.ts";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
} from "node:fs";
import { basename } from "node:path";
import { Draft, lookAt, writeAll } from "./draft.ts";
import { asFileError, FileError, type FileAct } from "./file-error.ts";
import { flushData } from "./flush.ts";
import { makeFolders, unmakeFolders } from "./folders.ts";
import { draftName } from "./leftovers.ts";
import { besideOf, pathOf, type Place } from "./place.ts";
import {
  assertSameFolder,
  readBytes,
  readBytesIfThere,
  withoutFollowing,
} from "./read.ts";

/** For the owner only: what names people and hosts, and what is encrypted to few. */
export const PRIVATE_FILE = 0o600;
/** As every other file of a checkout. */
export const SHARED_FILE = 0o644;
const PRIVATE_FOLDER = 0o700;

/** How a file is written. */
export interface WriteOptions {
  /** Mode of a new file. */
  readonly mode: number;
  /**
   * True to have that mode even where a file with another one is replaced. Folders on the way are
   * made for the owner only, then.
   */
  readonly isPrivate?: boolean;
  /**
   * The last look before the file is put into its place: what the disk kept of the new content.
   * Throws to leave everything as it is.
   */
  readonly lastLook?: (kept: Uint8Array) => void | Promise<void>;
}

/**
 * Replaces a file, or makes it, in one step: a crash leaves the old content or the new one. On disk
 * when it returns.
 * @throws FileError when something that is no plain file is in its place, or the system refuses.
 * Nothing is changed then.
 */
export async function replaceFile(
  place: Place,
  bytes: Uint8Array,
  options: WriteOptions,
): Promise<void> {
  await written(place, options, async () => {
    const draft = draftFor(place, options);
    try {
      draft.write(bytes);
      await draft.keep();
      if (options.lastLook !== undefined)
        await options.lastLook(
          readBytes(besideOf(place, basename(draft.path)), bytes.length),
        );
      plainFileAt(place);
      draft.replace(place.name);
    } finally {
      draft.discard();
    }
    await flushFolder(place);
  });
}

/** As {@link replaceFile}, for writers that cannot wait. */
export function replaceFileNow(
  place: Place,
  bytes: Uint8Array,
  options: Omit<WriteOptions, "lastLook">,
): void {
  writtenNow(place, options, () => {
    const draft = draftFor(place, options);
    try {
      draft.write(bytes);
      draft.keepNow();
      draft.replace(place.name);
    } finally {
      draft.discard();
    }
    flushFolderNow(place);
  });
}

/**
 * Makes a file that must not exist yet; false when anything is there. The file appears with its
 * whole content.
 * @throws FileError when the system refuses.
 */
export async function createFile(
  place: Place,
  bytes: Uint8Array,
  options: Omit<WriteOptions, "lastLook">,
): Promise<boolean> {
  return written(place, options, async () => {
    if (lookAt(pathOf(place)) !== undefined) return false;
    const draft = new Draft(place, { mode: options.mode });
    try {
      draft.write(bytes);
      await draft.keep();
      if (!draft.claim(place.name)) return false;
    } finally {
      draft.discard();
    }
    await flushFolder(place);
    return true;
  });
}

/**
 * As {@link createFile}, for what need not outlive the machine. `at`: the moment by the clock of
 * the file system, in milliseconds.
 */
export function createFileNow(
  place: Place,
  bytes: Uint8Array,
  options: Omit<WriteOptions, "lastLook">,
): { readonly isMade: boolean; readonly at: number } {
  return writtenNow(place, options, () => {
    const draft = new Draft(place, { mode: options.mode });
    try {
      draft.write(bytes);
      const at = lstatSync(draft.path).mtimeMs;
      return { isMade: draft.claim(place.name), at };
    } finally {
      draft.discard();
    }
  });
}

/**
 * Adds bytes at the end of a file, and waits until they are on disk. When the system refuses, none
 * of them is there: half a line would hide every later one.
 * @throws FileError.
 */
export async function appendToFile(
  place: Place,
  bytes: Uint8Array,
  options: Omit<WriteOptions, "lastLook">,
): Promise<void> {
  await written(place, options, async () => {
    const handle = openToAppend(place, options);
    try {
      appendWhole(handle, bytes);
      await flushData(handle);
    } finally {
      closeSync(handle);
    }
  });
}

/**
 * Opens a plain file for additions, making it where it is missing. Hand it back with `closeSync`.
 * @throws FileError.
 */
export function openToAppend(
  place: Place,
  options: Omit<WriteOptions, "lastLook">,
): number {
  return writtenNow(place, options, () => {
    if (plainFileAt(place) === undefined) makeEmpty(place, options.mode);
    const flags =
      constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK;
    const handle = openSync(pathOf(place), withoutFollowing(flags));
    try {
      if (!fstatSync(handle).isFile()) throw notPlain(place);
      assertSameFolder(place);
      return handle;
    } catch (error) {
      closeSync(handle);
      throw error;
    }
  });
}

/**
 * Not by the flag that makes a file when it is opened: that would make one wherever the folder
 * leads by then.
 */
function makeEmpty(place: Place, mode: number): void {
  const draft = new Draft(place, { mode });
  try {
    draft.claim(place.name);
  } finally {
    draft.discard();
  }
}

/** Writes all of it or, when the disk refuses, none of it. @throws the system's error. */
export function appendWhole(handle: number, bytes: Uint8Array): void {
  const { size } = fstatSync(handle);
  try {
    writeAll(handle, bytes);
  } catch (error) {
    ftruncateSync(handle, size);
    throw error;
  }
}

/** Cuts a file to its first bytes. @throws FileError. */
export function truncateFile(place: Place, length: number): void {
  try {
    const handle = openToAppend(place, { mode: PRIVATE_FILE });
    try {
      ftruncateSync(handle, length);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw asFileError("written", place.shown, error);
  }
}

/** Gives a file the present time. @throws FileError. */
export function touchFile(place: Place): void {
  try {
    const handle = openToAppend(place, { mode: PRIVATE_FILE });
    try {
      const now = new Date();
      futimesSync(handle, now, now);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw asFileError("written", place.shown, error);
  }
}

/**
 * Takes a file away if it holds these bytes; one that took its place in this very moment is put
 * back. @throws FileError.
 */
export function takeAway(place: Place, bytes: Uint8Array): void {
  const aside = besideOf(place, draftName());
  try {
    plainFileAt(place);
    renameSync(pathOf(place), pathOf(aside));
    let isOurs = false;
    try {
      const moved = readBytesIfThere(aside, bytes.length + 1);
      isOurs = moved !== null && Buffer.compare(moved, bytes) === 0;
    } finally {
      // What is another's, or cannot be looked at, goes back.
      if (!isOurs) linkSync(pathOf(aside), pathOf(place));
      rmSync(pathOf(aside), { force: true });
    }
  } catch (error) {
    throw asFileError("removed", place.shown, error);
  }
}

/**
 * Removes a file or a link itself; nothing there is fine. @throws FileError for a folder, or when
 * the system refuses.
 */
export function removeFile(place: Place): void {
  try {
    if (place.missing.length > 0) return;
    assertSameFolder(place);
    rmSync(pathOf(place), { force: true });
  } catch (error) {
    throw asFileError("removed", place.shown, error);
  }
}

/**
 * What is in a place, when that is a plain file or nothing. @throws FileError for anything else,
 * and for another folder than was found.
 */
export function plainFileAt(place: Place): Stats | undefined {
  const info = lookAt(pathOf(place));
  if (info !== undefined) assertSameFolder(place);
  if (info === undefined || info.isFile()) return info;
  throw info.isSymbolicLink() ? linkThere("written", place) : notPlain(place);
}

function draftFor(
  place: Place,
  options: Omit<WriteOptions, "lastLook">,
): Draft {
  const before = plainFileAt(place);
  return new Draft(place, {
    mode: options.mode,
    like: options.isPrivate === true ? undefined : before,
  });
}

/** The refusal of a link where a file is to be. */
export function linkThere(act: FileAct, { shown }: Place): FileError {
  return new FileError(act, shown, {
    problem: "link",
    why: "a link is in its place, and a link could lead anywhere",
    fix: "remove the link, or name the file it leads to",
  });
}

function notPlain({ shown }: Place): FileError {
  return new FileError("written", shown, {
    problem: "not-a-file",
    why: "it exists and is not a plain file",
    fix: "name a new file, or a plain file that may be replaced",
  });
}

/**
 * Work in the folder of a place, which is made first; one that was made for nothing is taken away
 * again.
 */
async function written<T>(
  place: Place,
  options: Pick<WriteOptions, "isPrivate">,
  work: () => Promise<T>,
): Promise<T> {
  const made = foldersFor(place, options);
  try {
    return await work();
  } catch (error) {
    unmakeFolders(made);
    throw asFileError("written", place.shown, error);
  }
}

/** As {@link written}, for work that cannot wait. */
function writtenNow<T>(
  place: Place,
  options: Pick<WriteOptions, "isPrivate">,
  work: () => T,
): T {
  const made = foldersFor(place, options);
  try {
    return work();
  } catch (error) {
    unmakeFolders(made);
    throw asFileError("written", place.shown, error);
  }
}

function foldersFor(
  place: Place,
  { isPrivate }: Pick<WriteOptions, "isPrivate">,
): readonly string[] {
  try {
    return makeFolders(place, isPrivate === true ? PRIVATE_FOLDER : 0o777);
  } catch (error) {
    throw asFileError("written", place.shown, error);
  }
}
