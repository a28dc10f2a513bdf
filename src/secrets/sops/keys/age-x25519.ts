import { webcrypto } from "node:crypto";

const ALPHABET = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
const PREFIX = "AGE-SECRET-KEY-1";
const KEY_BYTES = 32;
const CHECKSUM_LENGTH = 6;
/**
 * What stands before the 32 bytes of an X25519 key in PKCS #8. @remarks Source: RFC 8410 section 7.
 */
const PKCS8_PREFIX = "302e020100300506032b656e04220420";

/**
 * The private key of an X25519 identity as a key object. Given the text, the age library imports
 * the key anew for every file, which costs a third of opening one; given the object it does not.
 * @param identity - text the age library has accepted: its checksum is not checked again here.
 * @returns `undefined` for other kinds of identity, and where the platform lacks X25519.
 */
export async function importX25519Identity(
  identity: string,
): Promise<webcrypto.CryptoKey | undefined> {
  const key = keyBytes(identity);
  if (key === undefined) return undefined;
  const der = Buffer.concat([Buffer.from(PKCS8_PREFIX, "hex"), key]);
  try {
    return await webcrypto.subtle.importKey(
      "pkcs8",
      der,
      { name: "X25519" },
      false,
      ["deriveBits"],
    );
  } catch {
    return undefined;
  } finally {
    der.fill(0);
    key.fill(0);
  }
}

/** Bech32 groups of five bits, turned back into bytes. */
function keyBytes(identity: string): Buffer | undefined {
  if (!identity.startsWith(PREFIX)) return undefined;
  const key = Buffer.alloc(KEY_BYTES);
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const char of identity.slice(PREFIX.length, -CHECKSUM_LENGTH)) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return undefined;
    bits = ((bits << 5) | value) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    if (at < KEY_BYTES) key[at] = (bits >> count) & 0xff;
    at++;
  }
  return at === KEY_BYTES ? key : undefined;
}
