import { lstatSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../domain/error.ts";

/** Folder for everything tieline keeps in a workspace and git must not see. */
export const LOCAL_FOLDER = ".tieline";

/**
 * A path below the local folder, absolute.
 * @throws UserError STA008 when any part of it is a link: a repository can hold one, and it would lead our writes out of the workspace.
 */
export function localPath(root: string, ...names: readonly string[]): string {
  let path = root;
  for (const name of [LOCAL_FOLDER, ...names]) {
    path = join(path, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true)
      continue;
    throw new UserError(
      "STA008",
      `"${[LOCAL_FOLDER, ...names].join("/")}" leads through a link`,
      {
        why: `tieline writes below ${LOCAL_FOLDER}; a link there could lead anywhere`,
        fix: `remove the link; ${LOCAL_FOLDER} belongs into .gitignore`,
        notDone: "nothing was read or written there",
      },
    );
  }
  return path;
}
