import { open, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "../domain/error.ts";
import { generateSigningKey } from "../util/hash.ts";
import type { Io } from "./io.ts";

/** Writes a new private key into a file of its owner's and returns the public half. @throws UserError CLI032 when the file exists: a key is never overwritten. */
export async function generateKeys(cwd: string, file: string): Promise<string> {
  const { privatePem, publicKey } = generateSigningKey();
  try {
    const handle = await open(resolve(cwd, file), "wx", 0o600);
    try {
      await handle.writeFile(privatePem);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unusable(file, "written", cause);
  }
  return publicKey;
}

/** Reads a private key. What it holds is hidden from every output from then on. @throws UserError CLI032. */
export async function readSigningKey(io: Io, file: string): Promise<string> {
  try {
    const pem = await readFile(resolve(io.cwd, file), "utf8");
    io.scrubber.register(pem.trim(), "signing key");
    return pem;
  } catch (cause) {
    throw unusable(file, "read", cause);
  }
}

function unusable(file: string, what: string, cause: unknown): UserError {
  const code =
    cause instanceof Error && "code" in cause ? String(cause.code) : "no code";
  return new UserError("CLI032", `the key file "${file}" cannot be ${what}`, {
    why:
      code === "EEXIST"
        ? "there is a file of that name, and a key is never overwritten"
        : `the system says ${code}`,
    fix: "name another file",
    notDone: "nothing was written",
    cause,
  });
}
