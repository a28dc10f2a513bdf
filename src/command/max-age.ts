import { UserError } from "../domain/problem/error.ts";

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** How old a snapshot may be where nobody says. */
const DEFAULT = "24h";

/**
 * Milliseconds of a period such as `90m`, `12h` or `7d`; of the default where none is given.
 * @throws UserError CLI001 for any other text.
 */
export function maxAgeOf(text: string | undefined): number {
  const [, count, unit] = /^(\d{1,4})([mhd])$/u.exec(text ?? DEFAULT) ?? [];
  const length = UNITS[unit ?? ""];
  if (count !== undefined && length !== undefined)
    return Number(count) * length;
  throw new UserError("CLI001", "--max-age does not say how long", {
    why: "it is a number and m, h or d: minutes, hours or days",
    fix: `write it like: --max-age ${DEFAULT}`,
    notDone: "nothing was planned",
  });
}
