import { UserError } from "../domain/problem/error.ts";
import type { InputValue } from "./input.ts";
import { variableName } from "./switches.ts";

/** A whole number of at least 1, or `undefined` when the option was not given. @throws UserError CLI001 for anything else. */
export function countOption(
  value: InputValue,
  flag: string,
): number | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : "";
  if (/^[1-9]\d{0,8}$/u.test(text)) return Number(text);
  throw new UserError("CLI001", `${flag} takes a whole number of at least 1`, {
    fix: `write it like: ${flag} 10, or ${variableName(flag)}=10`,
  });
}
