import { describeKeyEntry, type KeyEntry, type KeyType } from "./key-entry.ts";
import { sopsError } from "./sops-error.ts";

/** What wrapping gives: the fields of the new entry, or why it could not be made. */
export type WrapResult =
  | { readonly fields: ReadonlyMap<string, string> }
  | { readonly problem: string };

/**
 * Opens and wraps the data keys of one kind of master key. The core knows nothing else about a
 * kind, so a new one is a new provider.
 *
 * Obligations: loads what it needs (a library, a program, a network client) only when it is asked;
 * contacts no host that only the file names; puts no key, plaintext or ciphertext into an error.
 */
export interface KeyProvider {
  readonly type: KeyType;
  /**
   * The data key in a buffer of its own, which the caller zeroes; `null` when no key at hand opens
   * this entry.
   * @throws UserError SEC012 when a key fits but the wrapped copy is damaged.
   */
  unwrap(entry: KeyEntry, file: string): Promise<Buffer | null>;
  /**
   * Whether a key at hand opens what is wrapped for the entry's master key; told from the key
   * alone, without asking a service.
   */
  holds?(entry: KeyEntry): Promise<boolean>;
  /** Wraps a data key for the master key an entry names. Its `enc`, if any, is ignored. */
  wrap?(entry: KeyEntry, dataKey: Uint8Array): Promise<WrapResult>;
  /**
   * For people, after `unwrap` gave `null`: where keys were looked for and what was wrong there,
   * without any key text.
   */
  explain?(): Promise<readonly string[]>;
}

/** The error for a wrapped copy that does not open although a key for it is at hand. */
export function damagedEntry(entry: KeyEntry, file: string): Error {
  return sopsError(
    "SEC012",
    file,
    `the data key wrapped for ${describeKeyEntry(entry)} is damaged`,
    {
      why: "it does not open although its form or the key at hand says it should",
      fix: "restore the file from version control, or encrypt it again with sops",
    },
  );
}
