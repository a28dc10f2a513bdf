import { UserError } from "../../domain/error.ts";
import {
  createFile,
  inWords,
  placeNamed,
  PRIVATE_FILE,
} from "../../platform/files/index.ts";
import { generateSigningKey } from "../../util/hash.ts";
import type { Io } from "../../command/io.ts";
import { readNamedText } from "../../command/named-files.ts";

/** Largest key file that is read: a hundred times a key. */
const MAX_KEY_BYTES = 64 * 1024;

/** Writes a new private key into a file of its owner's and returns the public half. @throws UserError CLI032 when the file exists: a key is never overwritten. */
export async function generateKeys(cwd: string, file: string): Promise<string> {
  const { privatePem, publicKey } = generateSigningKey();
  const words = {
    code: "CLI032",
    what: `the key file "${file}" cannot be written`,
    fix: "name another file",
    notDone: "nothing was written",
  } as const;
  try {
    const isMade = await createFile(
      placeNamed(cwd, file),
      new TextEncoder().encode(privatePem),
      { mode: PRIVATE_FILE },
    );
    if (isMade) return publicKey;
  } catch (error) {
    throw inWords(error, words);
  }
  throw new UserError(words.code, words.what, {
    why: "there is a file of that name, and a key is never overwritten",
    fix: words.fix,
    notDone: words.notDone,
  });
}

/** Reads a private key. What it holds is hidden from every output from then on. @throws UserError CLI032. */
export function readSigningKey(io: Io, file: string): string {
  const pem = readNamedText(io.cwd, file, {
    kind: "the key file",
    maxBytes: MAX_KEY_BYTES,
    code: "CLI032",
    fix: "name another file",
    notDone: "nothing was written",
  });
  io.scrubber.register(pem.trim(), "signing key");
  return pem;
}
