import type { DiagnosticCode } from "../../../domain/problem/codes.ts";
import { UserError } from "../../../domain/problem/error.ts";

const MAX_SHOWN = 200;

/**
 * What a refusal tells besides its sentence. Nothing in it may come from a value, a ciphertext or a
 * parser's excerpt.
 */
export interface RefusalDetail {
  /** Keys from the root to the place, list positions included. */
  readonly path?: readonly string[];
  readonly why?: string;
  readonly fix?: string;
  /** Default: no value was read. */
  readonly notDone?: string;
}

/**
 * The key path as messages show it: quoted, control characters escaped, cut where it is too long.
 */
function shownPath(path: readonly string[]): string {
  const text = path.join("/");
  return JSON.stringify(
    text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text,
  );
}

/**
 * Builds the error for a file that is refused: code, file and key path, never a value.
 * Parser and cipher errors are not attached as causes, because their texts may quote the file.
 */
export function sopsError(
  code: DiagnosticCode,
  file: string,
  what: string,
  detail: RefusalDetail = {},
): UserError {
  const at = detail.path === undefined ? "" : ` at ${shownPath(detail.path)}`;
  return new UserError(code, `${file}: ${what}${at}`, {
    ...(detail.why === undefined ? {} : { why: detail.why }),
    ...(detail.fix === undefined ? {} : { fix: detail.fix }),
    notDone: detail.notDone ?? "no value was read from the file",
  });
}
