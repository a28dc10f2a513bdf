/**
 * Files that tieline keeps for itself: below `.tieline/` of a workspace, for their owner only. A
 * repository can hold a folder of that name, so nothing in it is followed: every folder on the way
 * and the file itself have to be what they look like.
 */
import { closeSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import { asFileError, FileError, inWords, type FileAct } from "./file-error.ts";
import { lookAt } from "./draft.ts";
import { pathOf, placeIn, type Place } from "./place.ts";
import { assertSameFolder, readBytesIfThere } from "./read.ts";
import {
  appendToFile,
  appendWhole,
  createFile,
  createFileNow,
  linkThere,
  openToAppend,
  PRIVATE_FILE,
  removeFile,
  replaceFile,
  replaceFileNow,
  takeAway,
  touchFile,
  truncateFile,
  type WriteOptions,
} from "./write.ts";

/** Folder for everything tieline keeps in a workspace and git must not see. */
export const LOCAL_FOLDER = ".tieline";
/** The history of years; a file beyond it is not one that tieline wrote. */
const MAX_BYTES = 256 * 1024 * 1024;
const PRIVATE: WriteOptions = { mode: PRIVATE_FILE, isPrivate: true };
const OWN_IGNORE = Buffer.from(
  "# Kept by tieline on this machine; never part of the repository.\n*\n",
);

/**
 * The text of a file, or `null` when nothing is there: unreadable is never "empty". @throws
 * UserError STA008, STA035.
 */
export function readPrivate(path: string): string | null {
  return told(path, "read", (place) => {
    const bytes = readBytesIfThere(place, MAX_BYTES);
    return bytes === null ? null : Buffer.from(bytes).toString("utf8");
  });
}

/** Replaces a file in one step. On disk when it returns. @throws UserError STA008, STA035. */
export async function replacePrivate(
  path: string,
  text: string | Uint8Array,
): Promise<void> {
  await toldLater(path, (place) => replaceFile(place, bytesOf(text), PRIVATE));
}

/** As {@link replacePrivate}, for writers that cannot wait. */
export function replacePrivateNow(path: string, text: string): void {
  hideFromGit(path);
  told(path, "written", (place) => {
    replaceFileNow(place, bytesOf(text), PRIVATE);
  });
}

/**
 * Adds text at the end of a file: all of it on disk when it returns, or none of it. @throws
 * UserError STA008, STA035.
 */
export async function appendPrivate(path: string, text: string): Promise<void> {
  await toldLater(path, (place) => appendToFile(place, bytesOf(text), PRIVATE));
}

/** A file that is open for many additions. */
export interface Appender {
  /** Hands all of it to the system, or none. @throws UserError STA035. */
  readonly append: (text: string) => void;
  readonly close: () => void;
}

/** Opens a file for many additions. @throws UserError STA008, STA035. */
export function openPrivate(path: string): Appender {
  hideFromGit(path);
  const handle = told(path, "written", (place) => openToAppend(place, PRIVATE));
  return {
    append: (text) => {
      told(path, "written", () => {
        appendWhole(handle, bytesOf(text));
      });
    },
    close: () => {
      closeSync(handle);
    },
  };
}

/**
 * Makes a file that must not exist yet, with its whole content; false when it does. @throws
 * UserError STA008, STA035.
 */
export async function createPrivate(
  path: string,
  text: string,
): Promise<boolean> {
  return toldLater(path, (place) => createFile(place, bytesOf(text), PRIVATE));
}

/**
 * As {@link createPrivate}, for what need not outlive the machine. `at`: the moment by the clock of
 * the file system.
 */
export function createPrivateNow(
  path: string,
  text: string,
): { readonly isMade: boolean; readonly at: number } {
  hideFromGit(path);
  return told(path, "written", (place) =>
    createFileNow(place, bytesOf(text), PRIVATE),
  );
}

/** Gives a file the present time. @throws UserError STA008, STA035. */
export function touchPrivate(path: string): void {
  told(path, "written", touchFile);
}

/**
 * Takes a file away if it holds this text. Another's that took its place in this very moment is put
 * back.
 * @throws UserError STA008, STA035.
 */
export function takeAwayPrivate(path: string, text: string): void {
  told(path, "removed", (place) => {
    takeAway(place, bytesOf(text));
  });
}

/** Cuts a file to its first bytes. @throws UserError STA008, STA035. */
export function truncatePrivate(path: string, length: number): void {
  told(path, "written", (place) => {
    truncateFile(place, length);
  });
}

/** Removes a file; nothing there is fine. @throws UserError STA008, STA035. */
export function removePrivate(path: string): void {
  told(path, "removed", removeFile);
}

/** Names of what is in a folder; none where it does not exist. @throws UserError STA008, STA035. */
export function listPrivate(folder: string): readonly string[] {
  return told(join(folder, "-"), "read", (place) => {
    if (place.missing.length > 0) return [];
    assertSameFolder(place);
    return readdirSync(dirname(pathOf(place)));
  });
}

/**
 * Looks whether a path below `.tieline/` leads through a link, without touching anything.
 * @throws UserError STA008.
 */
export function assertPrivate(path: string): void {
  told(path, "read", (place) => {
    const isLink = lookAt(pathOf(place))?.isSymbolicLink() === true;
    if (place.missing.length === 0 && isLink) throw linkThere("read", place);
  });
}

/**
 * Where the folder of our own begins: what is above it is the way to the workspace, which is the
 * user's.
 */
function splitAt(path: string): { root: string; way: string; shown: string } {
  const parts = path.split(sep);
  const at = parts.lastIndexOf(LOCAL_FOLDER);
  const root = at < 1 ? dirname(path) : parts.slice(0, at).join(sep) || sep;
  const way = relative(root, path);
  return { root, way, shown: way.split(sep).join("/") };
}

function placeOf(path: string, act: FileAct): Place {
  const { root, way, shown } = splitAt(path);
  return placeIn(root, way, { act, shown });
}

/** The folder hides itself from git, whatever the repository's own `.gitignore` says. */
function hideFromGit(path: string): void {
  const ignore = ignoreFile(path);
  if (ignore === undefined) return;
  told(ignore, "written", (place) => {
    const exists = readBytesIfThere(place, MAX_BYTES) !== null;
    if (!exists) replaceFileNow(place, OWN_IGNORE, { ...PRIVATE });
  });
}

const hidden = new Set<string>();

/** The file that hides the folder a path is in, the first time it is written to. */
function ignoreFile(path: string): string | undefined {
  const { root, way } = splitAt(path);
  if (!way.startsWith(`${LOCAL_FOLDER}${sep}`) || hidden.has(root))
    return undefined;
  hidden.add(root);
  return join(root, LOCAL_FOLDER, ".gitignore");
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? Buffer.from(text) : text;
}

function told<T>(path: string, act: FileAct, work: (place: Place) => T): T {
  try {
    return work(placeOf(path, act));
  } catch (error) {
    throw refusal(path, act, error);
  }
}

async function toldLater<T>(
  path: string,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  hideFromGit(path);
  try {
    return await work(placeOf(path, "written"));
  } catch (error) {
    throw refusal(path, "written", error);
  }
}

function refusal(path: string, act: FileAct, cause: unknown): Error {
  const { shown } = splitAt(path);
  const error = asFileError(act, shown, cause);
  if (!(error instanceof FileError)) return error;
  if (error.problem === "system" || error.problem === "missing")
    return inWords(error, {
      code: "STA035",
      what: `"${shown}" cannot be ${act}`,
      notDone: "what was to be recorded there is not recorded",
    });
  return new UserError("STA008", `"${shown}" is not what tieline keeps there`, {
    ...(error.why === undefined ? {} : { why: error.why }),
    fix: `look at who put it there, and remove it; ${LOCAL_FOLDER} is not part of a repository`,
    notDone: "nothing was read or written there",
    cause,
  });
}
