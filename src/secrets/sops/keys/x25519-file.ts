import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from "node:crypto";
import { x25519KeyBytes } from "./age-x25519.ts";

/** An X25519 identity of age as the platform's own key. */
export interface X25519Identity {
  readonly key: KeyObject;
  /** The 32 bytes of its recipient. */
  readonly recipient: Buffer;
}

/** What stands before the bytes of a key. @remarks Source: RFC 8410 sections 4 and 7. */
const [PKCS8, SPKI] = [
  Buffer.from("302e020100300506032b656e04220420", "hex"),
  Buffer.from("302a300506032b656e032100", "hex"),
];

/** An identity from its text; `undefined` for every other kind, and for text that is none. */
export function x25519Identity(text: string): X25519Identity | undefined {
  const bytes = x25519KeyBytes(text);
  if (bytes === undefined) return undefined;
  const der = Buffer.concat([PKCS8, bytes]);
  try {
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const spki = createPublicKey(key).export({ format: "der", type: "spki" });
    return { key, recipient: spki.subarray(-32) };
  } catch {
    return undefined;
  } finally {
    der.fill(0);
    bytes.fill(0);
  }
}

const LINE = "[A-Za-z0-9+/]";
/**
 * A file for one X25519 recipient that holds 32 bytes, in armor: nothing else has this form, and
 * nothing in it may vary but the base64.
 */
const ARMORED = new RegExp(
  `^-----BEGIN AGE ENCRYPTED FILE-----\n((?:${LINE}{64}\n)*${LINE}{1,64}={0,2})\n-----END AGE ENCRYPTED FILE-----\n?$`,
  "u",
);
const HEADER = new RegExp(
  `^age-encryption\\.org/v1\n-> X25519 (${LINE}{43})\n(${LINE}{43})\n---`,
  "u",
);
/** Characters of a header of that form, its MAC and last line end included. */
const HEADER_LENGTH =
  "age-encryption.org/v1\n-> X25519 \n\n--- \n".length + 3 * 43;
const MAC_START = HEADER_LENGTH - 1 - 43;
const NONCE_BYTES = 16;
const TAG_BYTES = 16;
/** Bytes of the key that SOPS wraps. */
const KEY_BYTES = 32;
/** Header, nonce, and one last chunk. */
const FILE_BYTES = HEADER_LENGTH + NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/**
 * Opens the data key in an age file for one X25519 recipient: the form SOPS writes. `undefined` for
 * every other form, for other recipients, and for whatever does not hold: the age library then says
 * what it is. What is given is what the library gives: header MAC and both tags were verified.
 * @remarks Source: the specification of age (C2SP, age.md): "X25519 recipient stanza", "Header
 * MAC", "Payload".
 */
export function openX25519File(
  armored: string,
  identities: readonly X25519Identity[],
): Buffer | undefined {
  const bytes = unarmor(armored);
  if (bytes?.length !== FILE_BYTES) return undefined;
  const header = bytes.toString("latin1", 0, HEADER_LENGTH);
  const found = HEADER.exec(header);
  const share = base64(found?.[1]);
  const body = base64(found?.[2]);
  const mac = base64(header.slice(MAC_START, -1));
  const isWhole =
    header.startsWith("--- ", MAC_START - 4) && header.endsWith("\n");
  if (!isWhole || !share || !body || !mac) return undefined;
  for (const identity of identities) {
    const fileKey = unwrapFileKey({ share, body }, identity);
    if (fileKey === undefined) continue;
    try {
      // Without the space that stands before the MAC.
      const covered = bytes.subarray(0, MAC_START - 1);
      const expected = createHmac("sha256", derive(fileKey, "", "header"))
        .update(covered)
        .digest();
      return timingSafeEqual(expected, mac)
        ? openPayload(bytes.subarray(HEADER_LENGTH), fileKey)
        : undefined;
    } finally {
      fileKey.fill(0);
    }
  }
  return undefined;
}

function unwrapFileKey(
  { share, body }: { readonly share: Buffer; readonly body: Buffer },
  { key, recipient }: X25519Identity,
): Buffer | undefined {
  let secret: Buffer;
  try {
    const publicKey = createPublicKey({
      key: Buffer.concat([SPKI, share]),
      format: "der",
      type: "spki",
    });
    secret = diffieHellman({ privateKey: key, publicKey });
  } catch {
    // A point of low order: the platform refuses to make a secret of it.
    return undefined;
  }
  // The same once more, for a platform that does not.
  if (secret.every((byte) => byte === 0)) return undefined;
  const salt = Buffer.concat([share, recipient]);
  const wrapKey = derive(secret, salt, "age-encryption.org/v1/X25519");
  secret.fill(0);
  return openBox(body, wrapKey, Buffer.alloc(12));
}

function openPayload(payload: Buffer, fileKey: Buffer): Buffer | undefined {
  const nonce = payload.subarray(0, NONCE_BYTES);
  // The first chunk, which is the last one: counter 0, and the mark of the end.
  const chunk = Buffer.alloc(12);
  chunk[11] = 1;
  return openBox(
    payload.subarray(NONCE_BYTES),
    derive(fileKey, nonce, "payload"),
    chunk,
  );
}

/**
 * Opens with ChaCha20-Poly1305 and forgets the key; `undefined` where the tag does not hold, and
 * where the platform lacks the cipher, as one that is held to FIPS does.
 */
function openBox(
  sealed: Buffer,
  key: Buffer,
  nonce: Buffer,
): Buffer | undefined {
  const end = sealed.length - TAG_BYTES;
  let plain: Buffer | undefined;
  try {
    const cipher = createDecipheriv("chacha20-poly1305", key, nonce, {
      authTagLength: TAG_BYTES,
    });
    cipher.setAuthTag(sealed.subarray(end));
    plain = cipher.update(sealed.subarray(0, end));
    cipher.final();
    return plain;
  } catch {
    plain?.fill(0);
    return undefined;
  } finally {
    key.fill(0);
  }
}

function derive(key: Buffer, salt: Buffer | string, info: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, info, 32));
}

/** The bytes of an armored file; `undefined` for every form but the one that is always written. */
function unarmor(text: string): Buffer | undefined {
  const body = ARMORED.exec(text)?.[1];
  if (body === undefined) return undefined;
  const joined = body.replaceAll("\n", "");
  const bytes = Buffer.from(joined, "base64");
  return bytes.toString("base64") === joined ? bytes : undefined;
}

/** 32 bytes from base64 without padding; `undefined` where it is not the one way to write them. */
function base64(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  const isCanonical = bytes.toString("base64") === `${text}=`;
  return bytes.length === 32 && isCanonical ? bytes : undefined;
}
