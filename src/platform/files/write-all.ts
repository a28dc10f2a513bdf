import { flushFolder } from "./flush-folder.ts";
import { constants, copyFileSync, linkSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  hasSystemCode,
  systemCause,
} from "../../domain/problem/system-cause.ts";
import { Draft } from "./draft.ts";
import { asFileError, FileError } from "./file-error.ts";
import { makeFolders, unmakeFolders } from "./folders.ts";
import { draftName } from "./leftovers.ts";
import { folderOf, pathOf, type Place } from "./place.ts";
import { readBytesIfThere } from "./read.ts";
import { plainFileAt } from "./write.ts";
import { append } from "../../util/append.ts";

/** One of several files that are written together. */
export interface FileWrite {
  readonly place: Place;
  /** `null` removes the file. */
  readonly bytes: Uint8Array | null;
  /** Mode of a new file; an existing one keeps its own. */
  readonly mode: number;
  /** Mode of folders that have to be made for it, before the mask of the process. */
  readonly folderMode?: number;
  /** Why what is there now, `null` for nothing, must not be replaced; `undefined` when it may. */
  readonly objection?: (now: Uint8Array | null) => string | undefined;
}

/** Largest file that is held against what it was: far beyond any document. */
const MAX_BYTES = 64 * 1024 * 1024;
/**
 * Files that are flushed at once: enough to keep a disk busy, few enough for every limit on open
 * files.
 */
const AT_ONCE = 16;

/** A file that is in its place, and how to undo that. */
interface Done {
  readonly write: FileWrite;
  /** Where the old content waits, `undefined` when there was none. */
  readonly kept: string | undefined;
}

/**
 * Writes several files as one: every place is looked at and every new content is on disk before the
 * first file changes its name, and when one of those fails, the ones before it are put back. Only a
 * process that is killed between two of these renames can leave some of the files new and the
 * others old, each of them whole.
 * @throws FileError. Nothing is changed then, unless its `notDone` says what could not be put back.
 */
export async function writeAll(writes: readonly FileWrite[]): Promise<void> {
  for (const write of writes) assertUnobjected(write);
  const made: string[] = [];
  const drafts = new Map<FileWrite, Draft>();
  try {
    await draftAll(writes, drafts, made);
    commit(writes, drafts);
  } catch (error) {
    for (const draft of drafts.values()) draft.discard();
    unmakeFolders(made);
    throw error;
  }
  const folders = new Map(writes.map(({ place }) => [folderOf(place), place]));
  for (const place of folders.values()) await flushFolder(place);
}

async function draftAll(
  writes: readonly FileWrite[],
  drafts: Map<FileWrite, Draft>,
  made: string[],
): Promise<void> {
  for (let at = 0; at < writes.length; at += AT_ONCE)
    // All of them to their end, so that none is still being written while they are taken away
    // again.
    for (const result of await Promise.allSettled(
      writes.slice(at, at + AT_ONCE).map(async (write) => {
        await draftOne(write, drafts, made);
      }),
    ))
      if (result.status === "rejected") throw result.reason;
}

async function draftOne(
  write: FileWrite,
  drafts: Map<FileWrite, Draft>,
  made: string[],
): Promise<void> {
  const { place, bytes, mode } = write;
  if (bytes === null) return;
  try {
    append(made, makeFolders(place, write.folderMode));
    const draft = new Draft(place, { mode, like: plainFileAt(place) });
    drafts.set(write, draft);
    draft.write(bytes);
    await draft.keep();
  } catch (error) {
    throw asFileError("written", place.shown, error);
  }
}

/** From here on it is names that change, nothing that needs room. */
function commit(
  writes: readonly FileWrite[],
  drafts: ReadonlyMap<FileWrite, Draft>,
): void {
  const done: Done[] = [];
  for (const write of writes) {
    try {
      // Looked at once more: writing the drafts took time.
      assertUnobjected(write);
      done.push(putInPlace(write, drafts.get(write)));
    } catch (error) {
      throw undone(done, write, error);
    }
  }
  for (const { kept } of done) if (kept !== undefined) drop(kept);
}

function putInPlace(write: FileWrite, draft: Draft | undefined): Done {
  const { place } = write;
  const path = pathOf(place);
  const isThere = plainFileAt(place) !== undefined;
  if (draft === undefined) {
    if (!isThere) return { write, kept: undefined };
    const kept = join(folderOf(place), draftName());
    renameSync(path, kept);
    return { write, kept };
  }
  if (!isThere) {
    if (draft.claim(place.name)) return { write, kept: undefined };
    throw objected(write, "it exists already");
  }
  const kept = keepOld(place);
  try {
    draft.replace(place.name);
  } catch (error) {
    drop(kept);
    throw error;
  }
  return { write, kept };
}

/** A second name for the old content; where there are no hard links, a copy. */
function keepOld(place: Place): string {
  const kept = join(folderOf(place), draftName());
  try {
    linkSync(pathOf(place), kept);
  } catch (error) {
    if (!hasSystemCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"))
      throw error;
    copyFileSync(pathOf(place), kept, constants.COPYFILE_EXCL);
  }
  return kept;
}

/**
 * Puts back what is in place already. @returns the error to throw, which says what could not be put
 * back.
 */
function undone(
  done: readonly Done[],
  failed: FileWrite,
  cause: unknown,
): Error {
  const left = done.toReversed().filter((one) => !putBack(one));
  const error = asFileError("written", failed.place.shown, cause);
  if (left.length === 0 || !(error instanceof FileError)) return error;
  const names = left.map(({ write }) => write.place.shown).toReversed();
  return new FileError("written", failed.place.shown, {
    problem: error.problem,
    why: error.why ?? systemCause(cause).why,
    fix: error.fix ?? systemCause(cause).fix,
    notDone: `written, and not put back: ${names.join(", ")}; the rest is as it was`,
    cause,
  });
}

function putBack({ write, kept }: Done): boolean {
  const path = pathOf(write.place);
  try {
    if (kept !== undefined) renameSync(kept, path);
    else if (write.bytes !== null) rmSync(path);
    return true;
  } catch {
    // Told with what went wrong first.
    return false;
  }
}

function drop(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A second name of what was replaced: the next command that writes there removes it.
  }
}

function assertUnobjected(write: FileWrite): void {
  const { place, objection } = write;
  try {
    plainFileAt(place);
  } catch (error) {
    throw asFileError("written", place.shown, error);
  }
  const why = objection?.(readBytesIfThere(place, MAX_BYTES));
  if (why !== undefined) throw objected(write, why);
}

function objected({ place }: FileWrite, why: string): FileError {
  return new FileError("written", place.shown, {
    problem: "changed",
    why,
    fix: "look at the file and run the command again",
  });
}
