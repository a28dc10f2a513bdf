import { join } from "node:path";
import { assertPrivate, LOCAL_FOLDER } from "../platform/files/index.ts";

/**
 * A path below the local folder, absolute.
 * @throws UserError STA008 when any part of it is a link: a repository can hold one, and it would
 * lead our writes out of the workspace.
 */
export function localPath(root: string, ...names: readonly string[]): string {
  const path = join(root, LOCAL_FOLDER, ...names);
  assertPrivate(path);
  return path;
}
