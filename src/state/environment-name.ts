import { UserError } from "../domain/problem/error.ts";

/**
 * Whether this can be the name of an environment's folder. What asks for an environment may come
 * over the network, and must lead to no other folder.
 */
export function isEnvironmentName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/u.test(name) && name.length <= 200;
}

/** @throws UserError STA001. */
export function assertEnvironmentName(name: string): void {
  if (isEnvironmentName(name)) return;
  throw new UserError("STA001", "there is no state under this name", {
    why: "no environment has such a name",
    fix: "use the name of a folder in environments/",
    notDone: "nothing was read or changed",
  });
}
