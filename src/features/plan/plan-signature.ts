import { UserError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { publicKeyOf, signText, verifyText } from "../../util/hash.ts";

/** Stands before the digest, so that a signature over a plan is one over nothing else. */
const DOMAIN = "tieline-plan-v1\n";

/**
 * The plan with a signature over its digest. @throws UserError CLI032 for a key that is not an
 * ed25519 private key in PEM.
 */
export function signPlan(plan: Plan, privatePem: string, place: string): Plan {
  const key = publicKeyOf(privatePem);
  if (key === undefined)
    throw new UserError("CLI032", `"${place}" is not a signing key`, {
      why: "plans are signed with an ed25519 private key in PEM",
      fix: "make one with: tieline keys generate --out FILE",
      notDone: "nothing was written",
    });
  return {
    ...plan,
    signature: { key, value: signText(privatePem, DOMAIN + plan.digest) },
  };
}

/**
 * Whether one of these keys signed the plan, and the plan says that it did. The key that the plan
 * itself names proves nothing.
 */
export function isSignedBy(plan: Plan, keys: readonly string[]): boolean {
  return (
    plan.signature !== undefined &&
    keys.includes(plan.signature.key) &&
    isSignedByItsKey(plan)
  );
}

/**
 * Whether the key that a plan names made its signature. Where no key is trusted this proves nothing
 * about who made the plan; it keeps text of somebody's choice out of a member that the plan's
 * digest does not cover.
 */
export function isSignedByItsKey({ digest, signature }: Plan): boolean {
  return (
    signature !== undefined &&
    isCanonical(signature.key) &&
    isCanonical(signature.value) &&
    verifyText(signature.key, DOMAIN + digest, signature.value)
  );
}

/** One spelling for one value: the last character of a base64 text has bits to spare. */
function isCanonical(base64: string): boolean {
  return Buffer.from(base64, "base64").toString("base64") === base64;
}
