import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasSystemCode } from "../../domain/problem/system-cause.ts";
import { asFileError, FileError } from "./file-error.ts";
import { placeNamed } from "./place.ts";
import { readBytes } from "./read.ts";

/** What a shell hands over for `<(command)`, and standard input by its name. */
const HANDED_OVER = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/u;
/** How long a program may take to write a value. */
const PATIENCE_MS = 60_000;
const POLL_MS = 20;
const CHUNK = 64 * 1024;

/**
 * The bytes of a plain file that was named to a command, or of the open descriptor that a shell
 * handed over. Such a pipe is read for a bounded time; any other pipe or device is refused, because
 * nobody may ever write to it.
 * @throws FileError.
 */
export async function readHandedOver(
  cwd: string,
  written: string,
  maxBytes: number,
): Promise<Uint8Array> {
  if (HANDED_OVER.test(written)) return readDescriptor(written, maxBytes);
  return readBytes(placeNamed(cwd, written, "read"), maxBytes);
}

/**
 * The bytes of a file that no repository can name, such as one of a variable or in the user's own
 * folder: links on the way are the user's, wherever they lie. A pipe that a shell handed over is
 * read as well.
 * @throws FileError.
 */
export async function readOwnFile(
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  if (HANDED_OVER.test(path)) return readDescriptor(path, maxBytes);
  const full = resolve(path);
  const place = {
    base: dirname(full),
    missing: [],
    name: basename(full),
    shown: path,
    isOwn: true,
  };
  try {
    return readBytes({ ...place, base: realpathSync(place.base) }, maxBytes);
  } catch (error) {
    throw asFileError("read", path, error);
  }
}

async function readDescriptor(
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  try {
    const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await drain(handle, path, maxBytes);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw asFileError("read", path, error);
  }
}

async function drain(
  handle: number,
  shown: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (fstatSync(handle).isDirectory()) throw unusable(shown, "it is a folder");
  for (let waited = 0; waited < PATIENCE_MS;) {
    const chunk = readSome(handle);
    if (chunk === undefined) {
      await sleep(POLL_MS);
      waited += POLL_MS;
      continue;
    }
    if (chunk.length === 0) return Buffer.concat(chunks);
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes)
      throw unusable(shown, `it gives more than ${String(maxBytes)} bytes`);
  }
  throw unusable(shown, "what writes to it did not end in time");
}

/** `undefined` while there is nothing yet, no bytes at the end. */
function readSome(handle: number): Uint8Array | undefined {
  const buffer = Buffer.alloc(CHUNK);
  try {
    return buffer.subarray(0, readSync(handle, buffer, 0, CHUNK, null));
  } catch (error) {
    if (hasSystemCode(error, "EAGAIN")) return undefined;
    throw error;
  }
}

function unusable(shown: string, why: string): FileError {
  return new FileError("read", shown, {
    problem: "not-a-file",
    why,
    fix: "put what it should give into a file, and name that",
  });
}
