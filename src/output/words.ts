import { countText } from "../util/count.ts";
import { joinSafe, safe, type SafeText } from "./escape.ts";

/** The first names of a list and how many more there are: `a, b and 7 more`. */
export function nameList(names: readonly string[], max = 5): SafeText {
  const shown = joinSafe(names.slice(0, max), ", ");
  const rest = names.length - max;
  return rest > 0 ? safe`${shown} and ${countText(rest)} more` : shown;
}

/** A digest short enough to read aloud: its kind and twelve digits. */
export function shortDigest(digest: string): string {
  const start = digest.indexOf(":") + 1;
  if (digest.length - start <= 12) return digest;
  return `${digest.slice(0, start + 12)}…`;
}

/**
 * A command for people to copy. A name that a shell would not take as one plain word is not put
 * into it.
 */
export function commandText(command: string, environment: string): string {
  const isPlain = /^[A-Za-z0-9][A-Za-z0-9._-]*$/u.test(environment);
  return `tieline ${command} ${isPlain ? environment : "<environment>"}`;
}
