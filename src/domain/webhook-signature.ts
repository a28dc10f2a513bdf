/** Signatures of Standard Webhooks, as they are made and as they are held against a request. */
import { hmacSha256, utf8Equal } from "../util/hash.ts";

/** What signs: the bytes behind a secret. */
export interface WebhookKey {
  readonly bytes: Uint8Array;
}

/** What is signed, byte by byte. */
export interface SignedMessage {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: string;
  readonly body: string | Uint8Array;
}

/** @remarks Source: the Standard Webhooks specification, "Secret": 24 to 64 bytes. */
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;

/** The key of a secret such as `whsec_…`; `undefined` for a text that is none. */
export function webhookKey(secret: string): WebhookKey | undefined {
  const [, text] = /^whsec_([A-Za-z0-9+/]+={0,2})$/u.exec(secret) ?? [];
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  const isWhole = bytes.toString("base64").replace(/=+$/u, "");
  return isWhole === text.replace(/=+$/u, "") &&
    bytes.length >= MIN_KEY_BYTES &&
    bytes.length <= MAX_KEY_BYTES
    ? { bytes }
    : undefined;
}

/** The signature of a message: `v1,` and base64. */
export function signatureOf(
  { bytes }: WebhookKey,
  { id, timestamp, body }: SignedMessage,
): string {
  const signed = Buffer.concat([
    Buffer.from(`${id}.${timestamp}.`),
    Buffer.from(body),
  ]);
  return `v1,${Buffer.from(hmacSha256(bytes, signed)).toString("base64")}`;
}

/** Most signatures of one request that are looked at: senders going from one key to the next. */
const MAX_SIGNATURES = 10;

/** Whether one of the signatures that came along was made with one of the keys. */
export function isSignedBy(
  keys: readonly WebhookKey[],
  message: SignedMessage,
  signatures: string,
): boolean {
  const given = signatures.split(" ", MAX_SIGNATURES);
  // Every pair is compared, so that the time does not tell which of them is right.
  const equal = keys
    .map((key) => signatureOf(key, message))
    .flatMap((own) => given.filter((each) => utf8Equal(own, each)));
  return equal.length > 0;
}
