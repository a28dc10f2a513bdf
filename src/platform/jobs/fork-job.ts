import type { ProcessEnv } from "../../domain/environment-access.ts";
import { isForkEvent } from "../../domain/fork-event.ts";
import { FileError, placeNamed, readBytes } from "../files/index.ts";

/** Largest event that is read; GitHub's own end at 25 MB. */
export const MAX_EVENT_BYTES: number = 32 * 1024 * 1024;

const known = new WeakMap<ProcessEnv, boolean>();

/**
 * Whether this is a job for commits of another repository. Whoever can open a pull request can
 * write those, so in such a job nothing reads a key or credentials, whichever command it is: every
 * door to them asks here first. No option and no variable says otherwise.
 */
export function isForkJob(env: ProcessEnv): boolean {
  const found = known.get(env) ?? isForkEvent(env, () => eventOf(env));
  known.set(env, found);
  return found;
}

/** `undefined` for what is not there, too large or no JSON. */
function eventOf(env: ProcessEnv): unknown {
  const file = env["GITHUB_EVENT_PATH"] ?? "";
  if (file === "") return undefined;
  try {
    const bytes = readBytes(
      placeNamed(process.cwd(), file, "read"),
      MAX_EVENT_BYTES,
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof FileError || error instanceof SyntaxError)
      return undefined;
    throw error;
  }
}

/** What the doors to keys say in such a job. */
export const FORK_WORDS =
  "this job is for commits of another repository: no key is looked for";
