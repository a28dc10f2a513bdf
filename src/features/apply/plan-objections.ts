/**
 * What can be said against a plan, one check each: pure, but for the question what the documents of
 * another commit are.
 */
import { shellWord } from "../../util/shell-word.ts";
import { wasAltered, type Objection } from "../plan/altered.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import type { Openers } from "../../domain/secret/file-openers.ts";
import type { Inventory, RecordedRules } from "../../domain/state/inventory.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import { shortCommit } from "../../domain/provenance.ts";
import { mayOwn } from "../../engine/diff/pairing.ts";
import { isEmptyPlan } from "../../engine/plan/empty-plan.ts";
import {
  localConnectionsOf,
  recordRules,
} from "../../engine/rules/record-rules.ts";
import { differingRules, ruleDigests } from "../../engine/plan/rule-digests.ts";
import { findContradiction } from "../../engine/proof/plan.ts";
import type { ApplyContext } from "./apply-context.ts";

/** What a plan is checked with. */
export type CheckContext = Pick<
  ApplyContext,
  | "api"
  | "clock"
  | "toolVersion"
  | "rules"
  | "expect"
  | "approvals"
  | "approval"
  | "checkout"
>;

/** What is stored about the environment, as apply found it: never what the plan says of it. */
export interface StoredFacts {
  readonly ledger: readonly Receipt[];
  readonly inventory: Inventory | null;
  /** Who can open the files of secrets, as they are checked out now. */
  readonly openers: Openers;
}

type Check = (
  plan: Plan,
  context: CheckContext,
  stored: StoredFacts,
) => Objection | undefined;

/**
 * In the order of what a reader must know first: is it the plan at all, then is it for here, then
 * is it still good.
 */
export const CHECKS: readonly Check[] = [
  wasAltered,
  isOfAnotherEnvironment,
  isForAnotherApi,
  isFromSnapshot,
  isOfAnotherMajor,
  isUnexpected,
  hasExpired,
  wasApplied,
  isOfAnotherState,
  isStale,
  hasOtherRules,
  reachesForeign,
];

function isOfAnotherEnvironment(
  plan: Plan,
  { rules }: CheckContext,
): Objection | undefined {
  if (plan.environment === rules.name) return undefined;
  return {
    code: "PLN202",
    message: "the plan was made for another environment",
    why: `it names ${plan.environment}; this run is for ${rules.name}`,
  };
}

function isForAnotherApi(
  plan: Plan,
  { api }: CheckContext,
): Objection | undefined {
  const { api_host: host, driver } = plan.target;
  if (host === api.apiHost && driver === api.driver) return undefined;
  return {
    code: "PLN202",
    message: "the plan was made for another API",
    why: `it names ${driver} on ${host}; the environment names ${api.driver} on ${api.apiHost}`,
  };
}

/** Its handles are none of the platform's, and what it saw may be long gone. */
function isFromSnapshot(plan: Plan): Objection | undefined {
  const { snapshot } = plan.source;
  if (snapshot === undefined) return undefined;
  return {
    code: "SNP006",
    message: "the plan was made from a snapshot, and is not applied",
    why: `neither the platform nor the state was asked; the snapshot is of ${snapshot.taken_at}`,
    fix: `have it planned again and held against what was reviewed: tieline apply ${shellWord(plan.environment)} --expect ${shellWord(plan.intent_digest)}`,
  };
}

function isOfAnotherMajor(
  plan: Plan,
  { toolVersion }: CheckContext,
): Objection | undefined {
  if (majorOf(plan.tool.version) === majorOf(toolVersion)) return undefined;
  return {
    code: "PLN204",
    message: "the plan was made by another major version of tieline",
    why: `it was made by ${plan.tool.version}; this is ${toolVersion}`,
  };
}

function isUnexpected(
  plan: Plan,
  { expect }: CheckContext,
): Objection | undefined {
  if (
    expect === undefined ||
    expect === plan.digest ||
    expect === plan.intent_digest
  )
    return undefined;
  return {
    code: "PLN209",
    message: "the plan is not the expected one",
    why: `expected ${expect}; this plan has the digest ${plan.digest} and would do ${plan.intent_digest}`,
  };
}

/** The rule of today ends a plan too, whatever end the plan names. */
function hasExpired(
  plan: Plan,
  { clock, rules }: CheckContext,
): Objection | undefined {
  const after = rules.limits.planExpiresAfterMs;
  const stated =
    plan.expires_at === null ? Infinity : Date.parse(plan.expires_at);
  const allowed =
    after === null ? Infinity : Date.parse(plan.created_at) + after;
  const end = Math.min(stated, allowed);
  if (end > clock.now()) return undefined;
  return {
    code: "PLN204",
    message: "the plan has expired",
    why: `it could be applied until ${new Date(end).toISOString()}`,
  };
}

function wasApplied(
  plan: Plan,
  _context: CheckContext,
  { ledger }: StoredFacts,
): Objection | undefined {
  const used = ledger.find((receipt) => receipt.planDigest === plan.digest);
  if (used === undefined) return undefined;
  return {
    code: "PLN205",
    message: "the plan was applied before",
    why: `run ${used.runId} applied it at ${used.finishedAt}; a plan is applied once`,
  };
}

/** A plan without a change reads and writes no state. */
function isOfAnotherState(
  plan: Plan,
  _context: CheckContext,
  { inventory }: StoredFacts,
): Objection | undefined {
  const here = inventory?.stateId ?? null;
  if (isEmptyPlan(plan) || plan.state_id === here) return undefined;
  // There was no state when the plan was made: it is stale, as its serial tells.
  if (plan.state_id === null && plan.inventory_serial === 0) return undefined;
  if (here === null && inventory === null)
    return {
      code: "PLN220",
      message: "the plan was made from a state that is not here",
      why: `it names the state ${plan.state_id ?? ""}, and nothing was ever applied from here: what that state owns is not owned here`,
      fix: "apply where that state is: keep it in git (state: {backend: git}) or carry .tieline/state along; or plan again here, which adopts what is live",
    };
  return {
    code: "PLN220",
    message: "the plan was made from another state",
    why: `it names ${plan.state_id ?? "no state"}; the state here is ${here ?? "from before states had a name"}`,
  };
}

function isStale(
  plan: Plan,
  _context: CheckContext,
  { inventory }: StoredFacts,
): Objection | undefined {
  const serial = inventory?.serial ?? 0;
  if (isEmptyPlan(plan) || plan.inventory_serial === serial) return undefined;
  return {
    code: "PLN204",
    message: "the plan is stale: the inventory changed after it was made",
    why: `the plan was computed from serial ${String(plan.inventory_serial)}, the inventory now has ${String(serial)}`,
  };
}

function hasOtherRules(
  plan: Plan,
  { rules }: CheckContext,
): Objection | undefined {
  const differing = differingRules(plan.source.rules, ruleDigests(rules));
  if (differing.length === 0) return undefined;
  return {
    code: "PLN221",
    message: "the plan was made under other rules than this checkout has",
    why: `${differing.join(", ")} of environments/${rules.name}/environment.yaml ${differing.length === 1 ? "was" : "were"} different where it was made (${commitText(plan.source.commit)})`,
  };
}

/**
 * The documents must be those of this checkout: a plan of a branch that was not merged is not one
 * of ours.
 */
export async function isOfAnotherCheckout(
  plan: Plan,
  { checkout }: CheckContext,
): Promise<Objection | undefined> {
  const { commit } = plan.source;
  if (commit === checkout.commit || isEmptyPlan(plan)) return undefined;
  const found =
    commit === null || checkout.commit === null
      ? ({ kind: "unknown" } as const)
      : await checkout.compare(commit);
  if (found.kind === "same") return undefined;
  const here = commitText(checkout.commit);
  return {
    code: "PLN221",
    message: "the plan was made from another checkout",
    why:
      found.kind === "other"
        ? `it was made from ${commitText(commit)}, whose ${found.folders.join(" and ")} differ from those of ${here}`
        : `it was made from ${commitText(commit)}; here is ${here}, and whether their documents are the same cannot be told in this clone`,
    fix: `check out what the plan was made from, or plan again: tieline plan ${shellWord(plan.environment)}`,
  };
}

function commitText(commit: string | null): string {
  return commit === null ? "no commit" : `commit ${shortCommit(commit)}`;
}

/** Ownership is what our own inventory says. */
function reachesForeign(
  plan: Plan,
  _context: CheckContext,
  { inventory }: StoredFacts,
): Objection | undefined {
  const entries = new Map(
    (inventory?.entries ?? []).map((entry) => [entry.key, entry]),
  );
  const foreign = plan.changes.find((change) => {
    if (change.action === "create" || change.action === "adopt") return false;
    const entry = entries.get(change.previous_key ?? change.key);
    if (entry === undefined) return true;
    return change.action !== "forget" && !mayOwn(entry, change.remote_id);
  });
  if (foreign === undefined) return undefined;
  const name = foreign.previous_key ?? foreign.key;
  const entry = entries.get(name);
  return {
    code: "PLN201",
    message: `the plan would ${foreign.action} "${name}", which is not owned here`,
    why:
      entry === undefined
        ? "the inventory has no connection of this name"
        : `the inventory owns ${entry.remoteId ?? "one without a handle"} under this name; the plan names ${foreign.remote_id ?? "none"}`,
  };
}

/** Names the first part that does not follow from the others. */
export function contradictsItself(
  plan: Plan,
  context: CheckContext,
  { inventory, openers }: StoredFacts,
): Objection | undefined {
  const { api, rules, clock, toolVersion } = context;
  const found = findContradiction(plan, {
    rules,
    recorded: recordedNow(plan, context, openers),
    inventory,
    capabilities: api.capabilities,
    now: new Date(clock.now()).toISOString(),
  });
  if (found === undefined) return undefined;
  const { version } = plan.tool;
  return {
    code: "PLN201",
    message: "the plan contradicts itself",
    why: `${found.pointer} ${found.why}${version === toolVersion ? "" : `; it was made by tieline ${version}, and this is ${toolVersion}`}`,
  };
}

/**
 * The rules of today's checkout as they are to be recorded; what stays local as a whole is told by
 * the plan alone.
 */
export function recordedNow(
  plan: Plan,
  { rules }: Pick<CheckContext, "rules">,
  openers: Openers,
): RecordedRules {
  return recordRules(rules.declared, {
    openers,
    localConnections: localConnectionsOf(plan.local),
  });
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}
