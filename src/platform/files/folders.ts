import { lstatSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../../domain/problem/system-cause.ts";
import { asFileError, FileError } from "./file-error.ts";
import type { Place } from "./place.ts";
import { assertSameFolder } from "./read.ts";

/**
 * Makes the folders of a place that do not exist yet, one by one and never through a link.
 * @returns those that were made, outermost first.
 * @throws FileError, or the system's error.
 */
export function makeFolders(place: Place, mode = 0o777): readonly string[] {
  const made: string[] = [];
  try {
    let at = place.base;
    for (const name of place.missing) {
      at = join(at, name);
      if (makeOne(at, mode)) made.push(at);
      else if (!lstatSync(at).isDirectory()) throw appeared(place, name);
    }
    assertSameFolder(place);
    return made;
  } catch (error) {
    unmakeFolders(made);
    throw error;
  }
}

function appeared({ shown }: Place, name: string): FileError {
  return new FileError("written", shown, {
    problem: "changed",
    why: `something that is not a folder appeared at "${name}" on the way to it`,
    fix: "look at who writes there, then run the command again",
  });
}

/** False when something is there already. */
function makeOne(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (hasSystemCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Takes folders away that were made for nothing; one that holds something by now stays. */
export function unmakeFolders(made: readonly string[]): void {
  for (const folder of made.toReversed())
    try {
      rmdirSync(folder);
    } catch {
      // Somebody uses it: then it was not made for nothing.
    }
}

/**
 * Names of what is in a folder, sorted; none where nothing is. @throws FileError for something that
 * is no folder.
 */
export function listFolder(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (hasSystemCode(error, "ENOENT")) return [];
    throw asFileError("read", path, error);
  }
}
