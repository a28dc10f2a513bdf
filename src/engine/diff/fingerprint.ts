import type { LiveConnection } from "../../domain/connection.ts";
import type { Plan, PlanSecretChange } from "../../domain/generated/plan.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { isRelation } from "../meaning/risk-kinds.ts";
import { sha256 } from "../../util/hash.ts";

/**
 * Digest of one live connection as the driver observed it. Equal fingerprints: nothing that matters
 * has changed in between.
 */
export function fingerprint(live: LiveConnection): string {
  const { remoteId, key, observed, shared } = live;
  if (live.fingerprint !== undefined) return live.fingerprint;
  return sha256(canonicalJson({ remoteId, key, observed, shared }));
}

/** Digest of several live connections; their order does not matter. */
export function liveDigest(fingerprints: ReadonlyMap<string, string>): string {
  return sha256(canonicalJson(Object.fromEntries(fingerprints)));
}

/** Digest of a plan over its canonical form without the members `digest` and `signature`. */
export function planDigest(plan: Omit<Plan, "digest">): string {
  return sha256(
    canonicalJson({ ...plan, digest: undefined, signature: undefined }),
  );
}

/** What of a plan says what it would do. */
export type PlanIntent = Pick<
  Plan,
  | "environment"
  | "target"
  | "source"
  | "changes"
  | "findings"
  | "orphans"
  | "local"
  | "rules"
  | "summary"
>;

/**
 * Digest of what a plan would do: where, from which documents under which rules, each change behind
 * its precondition, what stays as it is of what we own, and what the guards said. When it was made,
 * from which commit, how many accounts there were, which strangers there are and what we say that
 * scopes mean does not enter, so planning again gives the same one while nothing moved. Nor does
 * what only some can know: handles, which the precondition covers, and what a key tells of a secret
 * beyond whether it is sent, which its stored ciphertext stands for.
 * @remarks Source: docs/decisions/0080-plans-from-a-snapshot.md.
 */
export function intentDigest(plan: PlanIntent): string {
  return sha256(canonicalJson(intentOf(plan)));
}

/** What the digest is taken over, member by member. */
export function intentOf(plan: PlanIntent): Readonly<Record<string, unknown>> {
  const { environment, target, source, changes, findings } = plan;
  const { orphans, local, rules, summary } = plan;
  return {
    environment,
    target,
    documents: source.documents_digest,
    rules: source.rules,
    rule_changes: rules,
    changes: changes.map(changeIntent),
    findings: findings.map((finding) =>
      finding.code === AFFECTED_ACCOUNTS
        ? { ...finding, message: undefined }
        : finding,
    ),
    orphans: orphans.map((orphan) => ({ ...orphan, remote_id: undefined })),
    local,
    summary: { ...summary, accounts: undefined },
  };
}

/** What of a change says what it would do. */
export function changeIntent(change: Plan["changes"][number]): object {
  return {
    ...change,
    remote_id: undefined,
    secrets: change.secrets.map(secretIntent),
    impact: undefined,
    // The others are derived again from the change itself where a plan is applied.
    risks: change.risks
      .filter(({ code }) => isRelation(code))
      .map((risk) => ({ ...risk, accounts: undefined })),
    scopes: undefined,
  };
}

/** What is sent to where, by the text that is stored; for a variable, what a key tells of it. */
function secretIntent({
  state,
  before,
  after,
  ...secret
}: PlanSecretChange): object {
  const isStored = secret.ciphertext !== undefined;
  return {
    ...secret,
    is_sent: state !== "unchanged",
    ...(isStored ? {} : { state, before, after }),
  };
}

/**
 * The guard whose words hold a number of accounts; they are derived from the change again where a
 * plan is applied.
 */
const AFFECTED_ACCOUNTS = "PLN105";

/** Whether a plan still is what it was when its digest was taken. */
export function verifyPlanDigest(plan: Plan): boolean {
  return plan.digest === planDigest(plan);
}
