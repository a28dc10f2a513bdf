import { UserError } from "../domain/problem/error.ts";
import { durationMs } from "../util/duration.ts";

/** How old a snapshot may be where nobody says. */
const DEFAULT = "24h";

/**
 * Milliseconds of a period such as `90m`, `12h` or `7d`; of the default where none is given.
 * @throws UserError CLI001 for any other text.
 */
export function maxAgeOf(text: string = DEFAULT): number {
  const ms = /^\d{1,4}[mhd]$/u.test(text) ? durationMs(text) : undefined;
  if (ms !== undefined) return ms;
  throw new UserError("CLI001", "--max-age does not say how long", {
    why: "it is a number and m, h or d: minutes, hours or days",
    fix: `write it like: --max-age ${DEFAULT}`,
    notDone: "nothing was planned",
  });
}
