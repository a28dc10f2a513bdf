import { CODES } from "../generated/codes.ts";

/**
 * A stable code of the product: three letters for the area, three digits. It exists because
 * `docs/errors/<CODE>.md` does.
 */
export type DiagnosticCode = keyof typeof CODES;

/** True for a code that has a page. */
export function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(CODES, text);
}
