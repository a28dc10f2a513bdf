import type { KeyEntry, KeyType } from "./key-entry.ts";

/**
 * Opens the wrapped data keys of one kind of master key. The core knows nothing else about a kind, so a new one is a new provider.
 *
 * Obligations: loads what it needs (a library, a program, a network client) only when `unwrap` is called; contacts no host that only the
 * file names; puts no key, plaintext or ciphertext into an error.
 */
export interface KeyProvider {
  readonly type: KeyType;
  /**
   * The data key in a buffer of its own, which the caller zeroes; `null` when no key at hand opens this entry.
   * @throws UserError SEC011 when a key fits but the wrapped copy is damaged.
   */
  unwrap(entry: KeyEntry, file: string): Promise<Buffer | null>;
  /** For people, after `unwrap` gave `null`: where keys were looked for and what was wrong there, without any key text. */
  explain?(): Promise<readonly string[]>;
}
