import type { Plan } from "../../domain/generated/plan.ts";
import * as signature from "../../environment/signature.ts";

const { plan: DOMAIN } = signature.SIGNED;

/**
 * The plan with a signature over its digest. @throws UserError CLI032 for a key that is not an
 * ed25519 private key in PEM.
 */
export function signPlan(plan: Plan, pem: string, place: string): Plan {
  return {
    ...plan,
    signature: signature.signatureOf(DOMAIN, plan, { pem, place }),
  };
}

/**
 * Whether one of these keys signed the plan, and the plan says that it did. The key that the plan
 * itself names proves nothing.
 */
export function isSignedBy(plan: Plan, keys: readonly string[]): boolean {
  return signature.isSigned(DOMAIN, plan, keys);
}

/** Whether the key that a plan names made its signature. */
export function isSignedByItsKey(plan: Plan): boolean {
  return signature.isSignedByItsKey(DOMAIN, plan);
}
