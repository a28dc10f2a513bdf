import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** `sha256:` and 64 lower-case hex digits. */
export function sha256(text: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
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
