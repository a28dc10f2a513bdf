import type { LiveConnection } from "../domain/connection.ts";
import type { Plan } from "../domain/generated/plan.ts";
import { canonicalJson } from "../util/canonical-json.ts";
import { sha256 } from "../util/hash.ts";

/** Digest of one live connection as the driver observed it. Equal fingerprints: nothing that matters has changed in between. */
export function fingerprint(live: LiveConnection): string {
  const { remoteId, key, observed } = live;
  return sha256(canonicalJson({ remoteId, key, observed }));
}

/** Digest of several live connections; their order does not matter. */
export function liveDigest(fingerprints: ReadonlyMap<string, string>): string {
  return sha256(canonicalJson(Object.fromEntries(fingerprints)));
}

/** Digest of a plan over its canonical form without the member `digest`. */
export function planDigest(plan: Omit<Plan, "digest"> | Plan): string {
  return sha256(canonicalJson({ ...plan, digest: undefined }));
}

/** Whether a plan still is what it was when its digest was taken. */
export function verifyPlanDigest(plan: Plan): boolean {
  return plan.digest === planDigest(plan);
}
