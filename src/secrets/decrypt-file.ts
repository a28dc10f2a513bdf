import { UserError } from "../domain/problem/error.ts";
import type { KeyProvider } from "./sops/core/key-provider.ts";
import { decryptSopsFile } from "./sops/file/open.ts";
import type { SopsFile } from "./sops/file/sops-file.ts";
import {
  hasKeyForProgram,
  type SopsProgram,
} from "./sops/file/sops-program.ts";
import type { SopsMap } from "./sops/core/tree.ts";

/** What opens files: the keys at hand, and the `sops` program for what only it can open. */
export interface Openers {
  readonly providers: readonly KeyProvider[];
  readonly program: SopsProgram;
}

/**
 * The decrypted tree of a file of one document, or the error that says no key at hand opens it.
 * @throws UserError for damage, and SEC020 for a program that cannot be used.
 */
export async function decryptFile(
  file: SopsFile,
  { providers, program }: Openers,
): Promise<SopsMap | UserError> {
  const opened = await decryptHere(file, providers);
  if (!(opened instanceof UserError)) return opened;
  const isForProgram = file.programOnly !== undefined || hasKeyForProgram(file);
  return (isForProgram ? await program.decrypt(file) : undefined) ?? opened;
}

async function decryptHere(
  file: SopsFile,
  providers: readonly KeyProvider[],
): Promise<SopsMap | UserError> {
  try {
    const opened = await decryptSopsFile(file, providers);
    opened.dispose();
    return opened.tree;
  } catch (error) {
    if (isKeyMissing(error)) return error;
    throw error;
  }
}

/**
 * True for an error that says nothing is wrong with a file, but nothing at hand opens it: without a
 * key that is the rule.
 */
export function isKeyMissing(error: unknown): error is UserError {
  return (
    error instanceof UserError && ["SEC007", "SEC008"].includes(error.code)
  );
}
