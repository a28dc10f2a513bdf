import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";

/** `sha256:` and 64 lower-case hex digits. */
export function sha256(text: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** The digest of a text as policies of pages name it: `sha256-` and base64. */
export function policyDigest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** HMAC-SHA-256, 32 bytes. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(data).digest();
}

/** Compares two texts in time that does not depend on where they differ. */
export function utf8Equal(a: string, b: string): boolean {
  const left = createHash("sha256").update(a).digest();
  const right = createHash("sha256").update(b).digest();
  return timingSafeEqual(left, right);
}

/**
 * A new ed25519 key pair: the private half as PKCS #8 PEM, the public half as its 32 raw bytes in
 * base64.
 */
export function generateSigningKey(): {
  readonly privatePem: string;
  readonly publicKey: string;
} {
  const { privateKey } = generateKeyPairSync("ed25519");
  const privatePem = privateKey.export({ format: "pem", type: "pkcs8" });
  return {
    privatePem: String(privatePem),
    publicKey: publicKeyOf(String(privatePem)) ?? "",
  };
}

/**
 * The raw public half of an ed25519 private key in PEM, in base64; `undefined` for anything else.
 */
export function publicKeyOf(privatePem: string): string | undefined {
  try {
    const key = createPrivateKey(privatePem);
    if (key.asymmetricKeyType !== "ed25519") return undefined;
    const der = createPublicKey(key).export({ format: "der", type: "spki" });
    return der.subarray(-PUBLIC_KEY_BYTES).toString("base64");
  } catch {
    return undefined;
  }
}

/**
 * An ed25519 signature in base64. @throws when the key is none, which {@link publicKeyOf} tells
 * beforehand.
 */
export function signText(privatePem: string, text: string): string {
  return sign(null, Buffer.from(text), privatePem).toString("base64");
}

/**
 * Whether a signature in base64 was made over this text with the private half of this raw public
 * key. Never throws.
 */
export function verifyText(
  publicKey: string,
  text: string,
  signature: string,
): boolean {
  const raw = Buffer.from(publicKey, "base64");
  if (raw.length !== PUBLIC_KEY_BYTES) return false;
  try {
    const der = Buffer.concat([SPKI_ED25519, raw]);
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    return verify(
      null,
      Buffer.from(text),
      key,
      Buffer.from(signature, "base64"),
    );
  } catch {
    return false;
  }
}

const PUBLIC_KEY_BYTES = 32;
/** What stands before the raw key in its DER form. @remarks Source: RFC 8410 sections 3 and 4. */
const SPKI_ED25519 = Buffer.from("302a300506032b6570032100", "hex");
