import { isPlainAddress } from "../domain/address.ts";

/** An address from an answer that may be shown as a link; `null` for anything else. */
export function shownAddress(value: unknown): string | null {
  if (typeof value !== "string" || !isPlainAddress(value)) return null;
  const hasUser = /^[^/]*\/\/[^/?#]*@/u.test(value);
  return hasUser ? null : value;
}
