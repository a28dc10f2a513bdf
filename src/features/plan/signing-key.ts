import { readNamedText } from "../../command/named-files.ts";
import type { Io } from "../../command/io.ts";

/**
 * Reads a private key. What it holds is hidden from every output from then on. @throws UserError
 * CLI032.
 */
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

/** Largest key file that is read: a hundred times a key. */
const MAX_KEY_BYTES = 64 * 1024;
