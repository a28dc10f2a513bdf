import { hmacSha256 } from "../util/hash.ts";
import type { SecretPlace } from "../ports/secret-store.ts";

/** Length of a fingerprint key. */
export const FINGERPRINT_KEY_BYTES = 32;

// Keeps these digests apart from any other use of the same key, and from later forms of this one.
const DOMAIN = "tieline-fp\0v1\0";

/**
 * What a fingerprint is bound to besides the value: the same secret in two places gives two
 * fingerprints.
 */
export interface FingerprintInput extends SecretPlace {
  readonly environment: string;
  readonly value: string;
}

/**
 * The keyed fingerprint of a secret: `v1.<key id>.<mac>`. It tells whether a value changed without
 * telling anything about it to whoever lacks the key; whoever has the key can decrypt the secrets
 * anyway.
 * @param key - 32 random bytes, one key per environment.
 * @remarks Source: docs/decisions/0012-own-sops-core.md, "Decision". The key id (6 bytes) tells
 * "another key" from "another value"; the digest is cut to 16 bytes. Every part is preceded by its
 * length, so that no two inputs meet in one text.
 */
export function fingerprintSecret(
  key: Uint8Array,
  input: FingerprintInput,
): string {
  const parts = [
    input.environment,
    input.connection,
    input.pointer,
    "str",
    input.value,
  ];
  const message = Buffer.concat([
    Buffer.from(DOMAIN, "latin1"),
    ...parts.flatMap(withLength),
  ]);
  const mac = base64Url(hmacSha256(key, message).subarray(0, 16));
  message.fill(0);
  return `v1.${fingerprintKeyId(key)}.${mac}`;
}

/** The eight characters that name a fingerprint key without telling it. */
export function fingerprintKeyId(key: Uint8Array): string {
  return base64Url(hmacSha256(key, Buffer.from("kid")).subarray(0, 6));
}

function withLength(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text, "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
