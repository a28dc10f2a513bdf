import { UserError } from "../domain/problem/error.ts";
import { publicKeyOf, signText, verifyText } from "../util/hash.ts";

/**
 * Stands before the digest, so that a signature over a document of one kind is one over nothing
 * else.
 */
export const SIGNED = {
  plan: "tieline-plan-v1\n",
  snapshot: "tieline-snapshot-v1\n",
} as const;

type Domain = (typeof SIGNED)[keyof typeof SIGNED];

/** A document with a digest over itself, and a signature beside it. */
export interface Signable {
  readonly digest: string;
  readonly signature?: { readonly key: string; readonly value: string };
}

/**
 * A signature over a digest. @throws UserError CLI032 for a key that is not an ed25519 private key
 * in PEM.
 */
export function signatureOf(
  domain: Domain,
  { digest }: Signable,
  { pem, place }: { readonly pem: string; readonly place: string },
): { readonly key: string; readonly value: string } {
  const key = publicKeyOf(pem);
  if (key === undefined)
    throw new UserError("CLI032", `"${place}" is not a signing key`, {
      why: "plans and snapshots are signed with an ed25519 private key in PEM",
      fix: "make one with: tieline keys generate --out FILE",
      notDone: "nothing was written",
    });
  return { key, value: signText(pem, domain + digest) };
}

/**
 * Whether one of these keys signed the document, and it says that it did. The key that the document
 * itself names proves nothing.
 */
export function isSigned(
  domain: Domain,
  document: Signable,
  keys: readonly string[],
): boolean {
  return (
    document.signature !== undefined &&
    keys.includes(document.signature.key) &&
    isSignedByItsKey(domain, document)
  );
}

/**
 * Whether the key that a document names made its signature. Where no key is trusted this proves
 * nothing about who made it; it keeps text of somebody's choice out of a member that the digest
 * does not cover.
 */
export function isSignedByItsKey(
  domain: Domain,
  { digest, signature }: Signable,
): boolean {
  return (
    signature !== undefined &&
    isCanonical(signature.key) &&
    isCanonical(signature.value) &&
    verifyText(signature.key, domain + digest, signature.value)
  );
}

/** One spelling for one value: the last character of a base64 text has bits to spare. */
function isCanonical(base64: string): boolean {
  return Buffer.from(base64, "base64").toString("base64") === base64;
}
