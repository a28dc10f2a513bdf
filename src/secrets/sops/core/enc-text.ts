import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const TAG_BYTES = 16;
const IV_BYTES = 32;
const PATTERN =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/]+={0,2}),iv:([A-Za-z0-9+/]+={0,2}),tag:([A-Za-z0-9+/]+={0,2}),type:(str|int|float|bool|time|bytes|comment)\]$/u;

/** One encrypted value, taken apart. */
export interface EncText {
  readonly data: Buffer;
  readonly iv: Buffer;
  readonly tag: Buffer;
  /**
   * The type label: `str`, `int`, `float`, `bool`, `time`, `bytes` or `comment`. Not authenticated
   * by the value itself.
   */
  readonly label: string;
}

/**
 * Reads the text of an encrypted value, strictly: the whole text, canonical base64, IV of 1 to 64
 * bytes, tag of exactly 16. Upstream ignores text after the bracket; nobody writes that, so it is
 * refused here.
 * @returns `undefined` for anything that does not conform.
 */
export function parseEncText(text: string): EncText | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const data = decodeBase64(match[1] ?? "");
  const iv = decodeBase64(match[2] ?? "");
  const tag = decodeBase64(match[3] ?? "");
  if (data === undefined || iv === undefined || tag === undefined)
    return undefined;
  if (iv.length > 64 || tag.length !== TAG_BYTES) return undefined;
  return { data, iv, tag, label: match[4] ?? "" };
}

/**
 * Decrypts one value.
 * @returns `undefined` when the tag does not fit key, data and additional data: the value was
 * changed or moved.
 */
export function decryptEncText(
  enc: EncText,
  key: Uint8Array,
  additionalData: string,
): Buffer | undefined {
  // Without authTagLength Node also takes tags of 4 to 15 bytes, which can be forged by trial.
  const cipher = createDecipheriv("aes-256-gcm", key, enc.iv, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(Buffer.from(additionalData, "utf8"));
  cipher.setAuthTag(enc.tag);
  const plain = cipher.update(enc.data);
  try {
    return Buffer.concat([plain, cipher.final()]);
  } catch {
    plain.fill(0);
    return undefined;
  }
}

/** Encrypts text with a fresh IV and gives the text that stands in the file. */
export function encryptEncText(
  text: string | Uint8Array,
  key: Uint8Array,
  place: { readonly additionalData: string; readonly label: string },
): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(Buffer.from(place.additionalData, "utf8"));
  const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
  const data = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const tag = cipher.getAuthTag();
  return `ENC[AES256_GCM,data:${data.toString("base64")},iv:${iv.toString("base64")},tag:${tag.toString("base64")},type:${place.label}]`;
}

/**
 * The additional data that binds a value to its place: the map keys of its path, each followed by a
 * colon. List positions are not in it.
 * @remarks Source: the SOPS format; keys are not escaped there.
 */
export function additionalDataOf(keys: readonly string[]): string {
  return `${keys.join(":")}:`;
}

function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.length > 0 && bytes.toString("base64") === text
    ? bytes
    : undefined;
}
