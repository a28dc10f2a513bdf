import type { DiagnosticCode } from "../domain/problem/codes.ts";
import {
  inWords,
  placeNamed,
  PRIVATE_FILE,
  readBytes,
  replaceFile,
  type FileWords,
} from "../platform/files/index.ts";

/** How a file that a user named is read. */
export interface NamedFile extends Omit<FileWords, "what"> {
  readonly code: DiagnosticCode;
  /** Such as `the plan file`; the name follows. */
  readonly kind: string;
  readonly maxBytes: number;
}

/**
 * The bytes of a plain file that was named on the command line. @throws UserError with the code
 * given.
 */
export function readNamedFile(
  cwd: string,
  file: string,
  { kind, maxBytes, ...words }: NamedFile,
): Uint8Array {
  try {
    return readBytes(placeNamed(cwd, file, "read"), maxBytes);
  } catch (error) {
    const what = `${kind} "${file}" cannot be read`;
    throw inWords(error, { ...words, what });
  }
}

/** As {@link readNamedFile}, as text without a byte order mark. */
export function readNamedText(
  cwd: string,
  file: string,
  words: NamedFile,
): string {
  return new TextDecoder().decode(readNamedFile(cwd, file, words));
}

/**
 * Writes a text file in one step; a new one is for its owner only, because a plan names people and
 * hosts. Only a plain file is ever replaced: a link could lead anywhere, and a device such as
 * /dev/null would be gone.
 * @throws UserError CLI016 when something else is in the way or the system refuses.
 */
export async function writeTextFile(
  cwd: string,
  file: string,
  text: string,
): Promise<void> {
  await replaceFile(placeNamed(cwd, file), new TextEncoder().encode(text), {
    mode: PRIVATE_FILE,
  });
}
