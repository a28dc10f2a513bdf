import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { asFileError, FileError } from "./file-error.ts";
import { folderOf, pathOf, type Place } from "./place.ts";

/** Absent on Windows, where opening a link has to be told from its target by its name alone. */
const NO_FOLLOW = constants.O_NOFOLLOW as number | undefined;

/** Flags that open a file without following a link in its place. */
export function withoutFollowing(flags: number): number {
  return flags | (NO_FOLLOW ?? 0);
}

/** What stands in the way of reading a file. */
export interface NotRead {
  readonly problem: "not-a-file" | "too-large";
  readonly why: string;
}

/** How a plain file is read. */
export interface ReadOptions {
  readonly maxBytes: number;
  readonly followsLinks: boolean;
}

/**
 * Bytes of a plain file of bounded size. Anything else is not opened: opening a pipe can wait for
 * ever, opening a device can have effects. What is there is looked at once more when it is open.
 * @throws the system's error.
 */
function readPlain(path: string, options: ReadOptions): Uint8Array | NotRead {
  const seen = options.followsLinks ? statSync(path) : lstatSync(path);
  if (!seen.isFile())
    return {
      problem: "not-a-file",
      why: seen.isSymbolicLink()
        ? "a link is in its place, and a link in a project could lead anywhere"
        : seen.isDirectory()
          ? "a folder is in its place"
          : "a device, a pipe or a socket is in its place",
    };
  return openPlain(path, options);
}

/**
 * As {@link readPlain}, for callers that have looked at what is there themselves. @throws the
 * system's error.
 */
export function openPlain(
  path: string,
  { maxBytes, followsLinks }: ReadOptions,
): Uint8Array | NotRead {
  // Without O_NONBLOCK, opening a pipe that took the file's place would wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const handle = openSync(path, followsLinks ? flags : withoutFollowing(flags));
  try {
    if (!fstatSync(handle).isFile())
      return { problem: "not-a-file", why: "it is not a plain file" };
    return readWhole(handle, maxBytes);
  } finally {
    closeSync(handle);
  }
}

/** Never more than the limit, however the file grows meanwhile. */
function readWhole(handle: number, maxBytes: number): Uint8Array | NotRead {
  const { size } = fstatSync(handle);
  if (size > maxBytes) return tooLarge(maxBytes);
  let buffer = Buffer.alloc(size + 1);
  let length = 0;
  for (;;) {
    const count = readSync(
      handle,
      buffer,
      length,
      buffer.length - length,
      null,
    );
    if (count === 0) return buffer.subarray(0, length);
    length += count;
    if (length > maxBytes) return tooLarge(maxBytes);
    if (length === buffer.length)
      buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
  }
}

function tooLarge(maxBytes: number): NotRead {
  const mebibytes = maxBytes / (1024 * 1024);
  return {
    problem: "too-large",
    why: `it is larger than ${Number.isInteger(mebibytes) ? `${String(mebibytes)} MiB` : `${String(maxBytes)} bytes`}`,
  };
}

/**
 * The bytes of a place. @throws FileError when nothing, something else or too much is there, or the
 * system refuses.
 */
export function readBytes(place: Place, maxBytes: number): Uint8Array {
  const bytes = readBytesIfThere(place, maxBytes);
  if (bytes !== null) return bytes;
  throw new FileError("read", place.shown, {
    problem: "missing",
    why: "it does not exist",
    fix: "correct the name",
  });
}

/**
 * The bytes of a place, `null` where nothing is. @throws FileError for everything else that is no
 * plain file of that size.
 */
export function readBytesIfThere(
  place: Place,
  maxBytes: number,
): Uint8Array | null {
  try {
    const path = pathOf(place);
    const options = { maxBytes, followsLinks: place.isOwn };
    if (isMissing(path)) return null;
    const read = readPlain(path, options);
    assertSameFolder(place);
    if (!("problem" in read)) return read;
    throw new FileError("read", place.shown, {
      ...read,
      fix: "name a plain file, or put one there",
    });
  } catch (error) {
    throw asFileError("read", place.shown, error);
  }
}

/**
 * A link that leads nowhere is not missing: whoever takes it for that would write where it leads.
 */
function isMissing(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}

/**
 * Looks whether the folder of a place is still where it was found: one that was exchanged for a
 * link meanwhile leads elsewhere.
 * @throws FileError.
 */
export function assertSameFolder(place: Place): void {
  const folder = folderOf(place);
  if (realpathSync(folder) === folder) return;
  throw new FileError("written", place.shown, {
    problem: "changed",
    why: "a folder on the way to it was exchanged for a link meanwhile",
    fix: "look at who writes there, then run the command again",
  });
}
