import { UserError } from "../domain/problem/error.ts";
import { variableName } from "./switches.ts";

/**
 * A whole number of at least 1, or `undefined` when the option was not given. @throws UserError
 * CLI001 for anything else.
 */
export function countOption(
  text: string | undefined,
  flag: string,
): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/u.test(text)) return Number(text);
  throw new UserError("CLI001", `${flag} takes a whole number of at least 1`, {
    fix: `write it like: ${flag} 10, or ${variableName(flag)}=10`,
  });
}
