import type { ProcessEnv } from "../../domain/environment-access.ts";
import { delimiter, isAbsolute, resolve } from "node:path";

/** A folder that is not there, and that only the administrator could make. */
const NOWHERE = resolve("/nonexistent");

/**
 * The folders in which programs are looked for, in their order. Places that are relative or empty
 * are left out: they stand for the folder the command runs in, and what lies there can come with a
 * commit.
 */
export function searchFolders(env: ProcessEnv): readonly string[] {
  const name = nameIn(env);
  const path = name === undefined ? "" : (env[name] ?? "");
  return path.split(delimiter).filter((folder) => isAbsolute(folder));
}

/**
 * The environment for a program, with nothing else than those folders in its search path. An empty
 * search path would stand for the working folder once more, and so would a missing one in some
 * systems.
 */
export function withSearchFolders(
  env: ProcessEnv,
): Record<string, string | undefined> {
  const folders = searchFolders(env);
  return {
    ...env,
    [nameIn(env) ?? "PATH"]:
      folders.length === 0 ? NOWHERE : folders.join(delimiter),
  };
}

/** Windows does not tell `PATH` from `Path`. */
function nameIn(env: ProcessEnv): string | undefined {
  return Object.keys(env).find((name) =>
    process.platform === "win32"
      ? name.toUpperCase() === "PATH"
      : name === "PATH",
  );
}
