import { folderOf, type Place } from "./place.ts";
import { flush } from "./flush.ts";
import { FileError } from "./file-error.ts";
import {
  hasSystemCode,
  systemCause,
} from "../../domain/problem/system-cause.ts";
import { closeSync, constants, fsyncSync, openSync } from "node:fs";

/**
 * A rename is on disk once its folder is. Some systems cannot flush a folder; there it is left to
 * them.
 */
export async function flushFolder(place: Place): Promise<void> {
  const handle = openFolder(place);
  if (handle === undefined) return;
  try {
    await flush(handle);
  } catch (error) {
    notFlushed(place, error);
  } finally {
    closeSync(handle);
  }
}

/** The same, at once. */
export function flushFolderNow(place: Place): void {
  const handle = openFolder(place);
  if (handle === undefined) return;
  try {
    fsyncSync(handle);
  } catch (error) {
    notFlushed(place, error);
  } finally {
    closeSync(handle);
  }
}

function openFolder(place: Place): number | undefined {
  try {
    return openSync(folderOf(place), constants.O_RDONLY);
  } catch {
    return undefined;
  }
}

function notFlushed({ shown }: Place, cause: unknown): void {
  if (hasSystemCode(cause, "EPERM", "EISDIR", "EINVAL", "EBADF", "ENOTSUP"))
    return;
  throw new FileError("written", shown, {
    problem: "system",
    ...systemCause(cause),
    notDone: "it is written, but may be lost if the machine stops now",
    cause,
  });
}
