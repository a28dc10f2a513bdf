import { isAbsolute, relative, resolve, sep } from "node:path";
import { UserError } from "../domain/problem/error.ts";

/**
 * Paths as they were typed, relative to the workspace with forward slashes.
 * @throws UserError CLI001 for one outside of it.
 */
export function documentPaths(
  root: string,
  cwd: string,
  typed: readonly string[],
): readonly string[] {
  return typed.map((path) => {
    const way = relative(root, resolve(cwd, path));
    if (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way))
      return way.split(sep).join("/");
    throw new UserError("CLI001", `"${path}" is outside of the project`, {
      why: "only documents of the project that --root or this folder belongs to are written",
      fix: "name a path inside of it, or another project with --root",
      notDone: "nothing was written",
    });
  });
}
