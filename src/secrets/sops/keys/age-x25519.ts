import { webcrypto } from "node:crypto";

const ALPHABET = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
const PREFIX = "AGE-SECRET-KEY-1";
const KEY_BYTES = 32;
/** Groups of five bits that 32 bytes take. */
const KEY_CHARACTERS = 52;
const CHECKSUM_LENGTH = 6;
/**
 * What stands before the 32 bytes of an X25519 key in PKCS #8. @remarks Source: RFC 8410 section 7.
 */
const PKCS8_PREFIX = "302e020100300506032b656e04220420";

/**
 * The private key of an X25519 identity as a key object. Given the text, the age library imports
 * the key anew for every file, which costs a third of opening one; given the object it does not.
 * @returns `undefined` for other kinds of identity, and where the platform lacks X25519.
 */
export async function importX25519Identity(
  identity: string,
): Promise<webcrypto.CryptoKey | undefined> {
  const key = x25519KeyBytes(identity);
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

/**
 * The 32 bytes of an X25519 identity; `undefined` for text that is none: another kind, another
 * length, or a checksum that does not hold.
 * @remarks Source: BIP 173; the specification of age, "X25519 recipient stanza".
 */
export function x25519KeyBytes(identity: string): Buffer | undefined {
  if (!identity.startsWith(PREFIX)) return undefined;
  const values = Array.from(identity.slice(PREFIX.length), (char) =>
    ALPHABET.indexOf(char),
  );
  const isWhole =
    values.length === KEY_CHARACTERS + CHECKSUM_LENGTH &&
    values.every((value) => value >= 0) &&
    checksum([...PREFIX_VALUES, ...values]) === 1;
  const key = Buffer.alloc(KEY_BYTES);
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const value of values.slice(0, KEY_CHARACTERS)) {
    bits = ((bits << 5) | value) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    key[at] = (bits >> count) & 0xff;
    at += 1;
  }
  values.fill(0);
  // What is left over of the last group must be nothing.
  const isEven = (bits & ((1 << count) - 1)) === 0;
  if (isWhole && isEven && at === KEY_BYTES) return key;
  key.fill(0);
  return undefined;
}

/** The part before the separator, as the checksum counts it. */
const PREFIX_VALUES = prefixValues(PREFIX.slice(0, -1).toLowerCase());

function prefixValues(prefix: string): readonly number[] {
  const codes = Array.from(prefix, (char) => char.charCodeAt(0));
  return [
    ...codes.map((code) => code >> 5),
    0,
    ...codes.map((code) => code & 31),
  ];
}

const GENERATORS = [
  0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3,
] as const;

function checksum(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATORS.entries())
      if (((top >>> bit) & 1) === 1) sum ^= generator;
  }
  return sum;
}
