import { UserError } from "../../domain/problem/error.ts";
import {
  createFile,
  inWords,
  placeNamed,
  PRIVATE_FILE,
} from "../../platform/files/index.ts";
import { generateSigningKey } from "../../util/hash.ts";

/**
 * Writes a new private key into a file of its owner's and returns the public half. @throws
 * UserError CLI032 when the file exists: a key is never overwritten.
 */
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
