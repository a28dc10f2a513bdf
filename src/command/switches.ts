import type { ProcessEnv } from "../domain/environment-access.ts";
const ON: ReadonlySet<string> = new Set(["1", "true", "yes", "on"]);
const OFF: ReadonlySet<string> = new Set(["", "0", "false", "no", "off"]);

/** What a variable that is on or off says; `undefined` for neither. */
export function switchValue(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (ON.has(word)) return true;
  return OFF.has(word) ? false : undefined;
}

/**
 * Whether this runs in a pipeline. The variable is not ours, and services put names into it, so
 * everything but a clear no is a yes.
 */
export function isPipeline(env: ProcessEnv): boolean {
  return switchValue(env["CI"] ?? "") !== false;
}

/** Name of the variable of an option: `--on-error` has `TIELINE_ON_ERROR`. */
export function variableName(flag: string): string {
  return `TIELINE_${flag.replace(/^--/u, "").replaceAll("-", "_").toUpperCase()}`;
}
