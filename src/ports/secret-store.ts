import type { Diagnostic } from "../domain/problem/diagnostic.ts";
import type { Pointer } from "../domain/field/pointer.ts";
import type { Openers } from "../domain/secret/file-openers.ts";
import type {
  Secret,
  SecretDescription,
  SecretRef,
} from "../domain/secret/secret.ts";

/** Files as they were in a commit. */
export interface FormerFiles {
  readonly commit: string;
  /** `null` for a file that was not there. */
  readonly readFile: (path: string) => Promise<Uint8Array | null>;
}

/** What was found out about an environment's files of secrets as such. */
export interface SecretFilesCheck {
  readonly diagnostics: readonly Diagnostic[];
  readonly openers: Openers;
}

/**
 * Where in which connection a secret is used: fingerprints are bound to it, so equal secrets in two
 * places do not look equal.
 */
export interface SecretPlace {
  readonly connection: string;
  readonly pointer: Pointer;
}

/**
 * The secrets of one environment.
 *
 * Obligations: works without any key as far as it can; registers every value with the scrubber
 * before it hands it out; errors name file and path, never a value.
 */
export interface SecretStore {
  /**
   * What can be told about a secret with what is at hand. Without a key the fingerprint is absent;
   * that is no error.
   * @throws UserError when the reference leads nowhere, or when the file is damaged, tampered with
   * or not a SOPS file.
   */
  describe(ref: SecretRef, place: SecretPlace): Promise<SecretDescription>;
  /**
   * The value itself.
   * @throws UserError when no key opens the file, the MAC does not hold, the reference leads
   * nowhere, or the value is a placeholder (empty, `ENC[…`, `***`, `changeme`, `${…}`, `##…##`,
   * white space at an edge).
   */
  resolve(ref: SecretRef): Promise<Secret>;
  /**
   * What is wrong with the environment's files as such, whatever refers to them: who can open them,
   * who could, and who could not before. Needs no key.
   */
  checkFiles(before?: FormerFiles): Promise<SecretFilesCheck>;
}
