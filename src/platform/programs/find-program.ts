import type { ProcessEnv } from "../../domain/environment-access.ts";
import { realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { isWithin } from "../files/index.ts";
import { searchFolders } from "./search-path.ts";

/** A program and the search path that it and its helpers get. */
export interface FoundProgram {
  /** Absolute path, or `undefined` where there is none. */
  readonly file: string | undefined;
  readonly path: string;
}

/** Permission to run it, for its owner, its group or others. */
const ANY_MAY_RUN = 0o111;
const ENDINGS = process.platform === "win32" ? [".exe", ""] : [""];

/**
 * Finds a program on the search path. Places that are relative, empty, or inside the working tree
 * are left out, here and for the helpers of the program: what lies there can come with a commit,
 * such as `node_modules/.bin/git`.
 */
export function findProgram(
  name: string,
  env: ProcessEnv,
  topLevel: string,
): FoundProgram {
  const folders = searchFolders(env).filter((folder) =>
    isOutside(topLevel, folder),
  );
  const file = folders
    .flatMap((folder) => ENDINGS.map((ending) => join(folder, name + ending)))
    .find((each) => isProgram(each) && isOutside(topLevel, each));
  return { file, path: folders.join(delimiter) };
}

/** Whether something is there, and lies outside of a folder, wherever links lead. */
export function isOutside(topLevel: string, path: string): boolean {
  try {
    return !isWithin(topLevel, realpathSync(path));
  } catch {
    // What is not there holds no program, now or for the helpers: it is not made during the run.
    return false;
  }
}

function isProgram(path: string): boolean {
  const info = statSync(path, { throwIfNoEntry: false });
  const isExecutable =
    process.platform === "win32" || ((info?.mode ?? 0) & ANY_MAY_RUN) !== 0;
  return info?.isFile() === true && isExecutable;
}
