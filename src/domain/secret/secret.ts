import { utf8Equal } from "../../util/hash.ts";

const REDACTED = "«secret»";

/**
 * A decrypted value that does not print. Every way JavaScript has to turn a value into text gives
 * `«secret»`; only {@link Secret.reveal} gives the value, and lint allows that in the places that
 * build a request body or write a file of secrets.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  /**
   * The plaintext. Never pass it to anything but a request body, an encrypted file or a
   * fingerprint.
   */
  reveal(): string {
    return this.#value;
  }

  /** Compares in time that does not depend on where the values differ. */
  equals(other: Secret): boolean {
    return utf8Equal(this.#value, other.#value);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  get [Symbol.toStringTag](): string {
    return "Secret";
  }

  // The registered symbol `util.inspect` looks up; named this way because domain code imports no
  // Node built-in.
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}

/**
 * A pointer to a secret, never the value: `secret://gmail/client_secret` (the environment's SOPS
 * data) or `env://NAME`.
 */
export interface SecretRef {
  readonly kind: "secret" | "env";
  /**
   * Slash-separated path below the root of the SOPS data, or the name of the environment variable.
   * With `#` it is a file and a pointer in it: `connections/crm.yaml#/credentials/api_key`, for a
   * connection document that carries its own `sops:` block.
   */
  readonly path: string;
}

/** The text form of a reference, as documents and plans spell it. */
export function secretRefText(ref: SecretRef): string {
  return `${ref.kind}://${ref.path}`;
}

/** Parses a reference; `undefined` for anything else. Scheme and a non-empty path, nothing more. */
export function parseSecretRef(text: string): SecretRef | undefined {
  const match = /^(secret|env):\/\/(.+)$/u.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { kind: match[1] === "secret" ? "secret" : "env", path: match[2] };
}

/**
 * What can be told about a secret without showing it. `fingerprint` is the keyed digest of the
 * value (`v1.<kid>.<mac>`), absent when no key was at hand; `cipherDigest` is the SHA-256 of its
 * ciphertext text, absent for values that are not in a SOPS file.
 */
export interface SecretDescription {
  readonly ref: SecretRef;
  readonly fingerprint?: string;
  readonly cipherDigest?: string;
}

/** What is remembered about the last value that was successfully applied. */
export interface SecretRecord {
  readonly fingerprint?: string;
  readonly cipherDigest?: string;
  /** ISO 8601 UTC. */
  readonly appliedAt: string;
}
