import type { PlanSecretChange } from "../../domain/generated/plan.ts";
import type {
  SecretDescription,
  SecretRecord,
} from "../../domain/secret/secret.ts";

/**
 * What the last apply tells about the place of a secret: `none` nothing is there yet, `foreign`
 * something we never wrote may be there.
 */
export type SecretMemory = SecretRecord | "none" | "foreign";

/**
 * Whether a secret differs from the last one applied. Never answers `unchanged` on a guess: only
 * equal fingerprints made with the same key, or the very same ciphertext, prove it.
 */
export function secretState(
  memory: SecretMemory,
  description: SecretDescription | undefined,
): PlanSecretChange["state"] {
  if (memory === "none") return "changed";
  if (memory === "foreign") return "unknown";
  const before = memory.fingerprint;
  const after = description?.fingerprint;
  if (before !== undefined && after !== undefined && hasSameKey(before, after))
    return before === after ? "unchanged" : "changed";
  const hasSameText =
    memory.cipherDigest !== undefined &&
    memory.cipherDigest === description?.cipherDigest;
  return hasSameText ? "unchanged" : "unknown";
}

/** Fingerprints are `v1.<kid>.<mac>`; only those of one version and key can be compared. */
function hasSameKey(a: string, b: string): boolean {
  return a.slice(0, a.lastIndexOf(".")) === b.slice(0, b.lastIndexOf("."));
}

/**
 * What is remembered of a secret under another name of its connection. Fingerprints are bound to
 * the name, so that of the former one compares with nothing; the same ciphertext still tells.
 */
export function recordUnder(
  record: SecretRecord,
  formerKey: string,
  key: string,
): SecretRecord {
  if (formerKey === key) return record;
  const { cipherDigest, appliedAt } = record;
  return cipherDigest === undefined
    ? { appliedAt }
    : { cipherDigest, appliedAt };
}
