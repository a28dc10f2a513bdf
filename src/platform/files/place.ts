import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import { lstatSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import {
  dirname,
  isAbsolute,
  join,
  parse,
  relative,
  resolve,
  sep,
} from "node:path";
import { asFileError, FileError, type FileAct } from "./file-error.ts";

/**
 * Where a file is or is to be, with the way to it looked at: below {@link Place.base} nothing on it
 * was a link.
 */
export interface Place {
  /** Real path of the deepest folder on the way that exists. */
  readonly base: string;
  /** Names of the folders on the way that do not exist yet. */
  readonly missing: readonly string[];
  readonly name: string;
  /** As its user named it. */
  readonly shown: string;
  /** True outside of every project: a link there was put by the user, and may be read through. */
  readonly isOwn: boolean;
}

/** The folder a place is in. */
export function folderOf({ base, missing }: Place): string {
  return join(base, missing.join("/"));
}

/** The path of a place. */
export function pathOf(place: Place): string {
  return join(folderOf(place), place.name);
}

/** True for a path that is the folder or below it, by its spelling. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return (
    way === "" ||
    (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way))
  );
}

/** What a place is looked for with. */
interface Search {
  readonly act: FileAct;
  readonly shown: string;
  /** Whether a link in this real folder is the user's own. */
  readonly mayFollow: (folder: string) => boolean;
}

/**
 * A path below a folder whose content others may have written: a link anywhere below it is refused,
 * wherever it leads. The folder itself may be reached through links, which were the user's way to
 * it.
 * @throws FileError for a path that leaves the folder, or leads through a link or a file.
 */
export function placeIn(
  root: string,
  path: string,
  options: { readonly act?: FileAct; readonly shown?: string } = {},
): Place {
  const { act = "written", shown = path } = options;
  const top = resolve(root);
  const full = resolve(top, path);
  if (full === top || !isWithin(top, full))
    throw new FileError(act, shown, {
      problem: "outside",
      why: "it is outside of the project",
      fix: "name a place inside of it",
    });
  const search = { act, shown, mayFollow: () => false };
  return told(search, () => {
    const start = realFolder(top);
    const names = [...start.missing, ...relative(top, full).split(sep)];
    return { ...follow(start.base, names, search), shown, isOwn: false };
  });
}

/**
 * A path as a user gave it to a command. Links that lie in a project, or below the folder the
 * command runs in, are refused: whoever writes to the repository can put one there. Every other
 * link on the way is the user's own and is followed.
 * @throws FileError for a path that leads through such a link, or through a file.
 */
export function placeNamed(
  cwd: string,
  written: string,
  act: FileAct = "written",
): Place {
  const mayFollow = linksOfTheUser(cwd);
  const search = { act, shown: written, mayFollow };
  const full = resolve(cwd, written);
  const { root } = parse(full);
  return told(search, () => {
    const way = follow(root, relative(root, full).split(sep), search);
    return { ...way, shown: written, isOwn: mayFollow(way.base) };
  });
}

/** The place of another file in the same folder, not looked at. */
export function besideOf(place: Place, name: string): Place {
  return { ...place, missing: [], base: folderOf(place), name, isOwn: false };
}

/**
 * Whether links in a folder are the user's own: those below the working folder and in a project can
 * come from others.
 */
function linksOfTheUser(cwd: string): (folder: string) => boolean {
  const here = realOrSame(cwd);
  const isPlain = here !== parse(here).root && here !== realOrSame(homedir());
  return (folder) =>
    !(isPlain && isWithin(here, folder)) && !isInProject(folder);
}

/** True below a folder that git keeps, or that holds a configuration. */
function isInProject(folder: string): boolean {
  for (let at = folder; at !== parse(at).root; at = dirname(at))
    if (isThere(join(at, ".git")) || isThere(join(at, ENVIRONMENTS_FOLDER)))
      return true;
  return false;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** The real path of a folder that may not exist yet, with what of it is missing. */
function realFolder(path: string): Pick<Place, "base" | "missing"> {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    if (isThere(at)) return { base: realpathSync(at), missing };
    missing.unshift(parse(at).base);
  }
}

/** Goes down from a real folder, name by name; the last one is not looked at. */
function follow(
  start: string,
  names: readonly string[],
  search: Search,
): Pick<Place, "base" | "missing" | "name"> {
  const folders = names.slice(0, -1);
  const name = names.at(-1) ?? "";
  let base = start;
  for (const [index, each] of folders.entries()) {
    const next = join(base, each);
    const info = lstatSync(next, { throwIfNoEntry: false });
    if (info === undefined) {
      assertFolder(base, search);
      return { base, missing: folders.slice(index), name };
    }
    if (!info.isSymbolicLink()) base = next;
    else if (search.mayFollow(base)) base = realpathSync(next);
    else throw throughLink(next, search);
  }
  assertFolder(base, search);
  return { base, missing: [], name };
}

function assertFolder(folder: string, { act, shown }: Search): void {
  if (statSync(folder).isDirectory()) return;
  throw new FileError(act, shown, {
    problem: "not-a-file",
    why: "a file is where a folder on the way to it should be (ENOTDIR)",
    fix: "move that file away, or name another place",
  });
}

function throughLink(link: string, { act, shown }: Search): FileError {
  return new FileError(act, shown, {
    problem: "link",
    why: `the folder "${parse(link).base}" on the way to it is a link, and a link in a project could lead anywhere`,
    fix: "put a real folder there, or name the place that the link leads to",
  });
}

function told<T>({ act, shown }: Search, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFileError(act, shown, error);
  }
}
