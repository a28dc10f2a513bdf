import type {
  Plan,
  PlanChange,
  PlanFinding,
  PlanImpact,
  PlanNotice,
  PlanRule,
} from "../../domain/generated/plan.ts";
import type { AccountUse } from "../../domain/account.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import { compareText } from "../../util/compare-text.ts";
import { diffConnections } from "../diff/diff.ts";
import { intentDigest, planDigest } from "../diff/fingerprint.ts";
import { planLocation } from "../diff/field-diff.ts";
import type { Declaration, GuardContext } from "../guards/guard.ts";
import { GUARDS } from "../guards/index.ts";
import type { DeclaredPair } from "../diff/pair.ts";
import {
  planOrigin,
  type AssembleInput,
  type Differences,
} from "../diff/input.ts";
import {
  applyOverrides,
  expiredOverrides,
  idleApprovals,
  weighFindings,
} from "./overrides.ts";
import { letThrough } from "./let-through.ts";
import { switchedOff } from "./switched-off.ts";
import { locateRule } from "../rules/locate-rule.ts";
import { planRules } from "../rules/plan-rules.ts";
import { summaryOf } from "./summary.ts";
import { checkPolicies } from "../policies/check.ts";
import { relationRisks, type RelationInput } from "../meaning/relations.ts";
import { sortRisks } from "../meaning/risk.ts";
import { changeRisks } from "../meaning/risks.ts";
import { scopeChangesOf } from "../meaning/scopes.ts";

/**
 * 1.1 added `scopes` to changes; 1.2 the identity of the state, the rules' digests and
 * `removed_providers`; 1.3 `production`, the subject of the commit, names of variables, `notices`,
 * `rules` and values that are never sent; 1.4 the digest of stored ciphertexts and the snapshot.
 */
export const PLAN_FORMAT = "1.4";

/**
 * The plan: differences with whom they affect, what they mean, what the guards say, and a digest
 * over it all. Pure and deterministic: equal input gives byte-identical plans, in whatever order it
 * comes.
 */
export function assemblePlan(input: AssembleInput): Plan {
  const differences = input.differences ?? diffConnections(input);
  const now = new Date(input.now);
  const entries = new Map(
    (input.inventory?.entries ?? []).map((entry) => [entry.key, entry]),
  );
  const changes = withRelations(
    differences.changes.map((change) =>
      withMeaning(
        change,
        input,
        entries.get(change.previous_key ?? change.key),
      ),
    ),
    { ...input, orphans: differences.orphans },
  );
  const rules = planRules(changes, {
    before: input.inventory?.rules,
    after: input.recorded,
    locate: (difference) => locateRule(difference, input.rules.declared),
  });
  const plan: Omit<Plan, "digest" | "intent_digest"> = {
    format_version: PLAN_FORMAT,
    kind: "plan",
    tool: { name: "tieline", version: input.toolVersion },
    created_at: now.toISOString(),
    expires_at: expiryOf(now, input.rules.limits.planExpiresAfterMs),
    environment: input.rules.name,
    production: input.rules.isProduction,
    ...planOrigin(input),
    live_digest: differences.liveDigest,
    state_id: input.inventory?.stateId ?? null,
    inventory_serial: input.inventory?.serial ?? 0,
    changes,
    orphans: [...differences.orphans],
    unmanaged: [...differences.unmanaged],
    local: [...differences.local],
    ...(rules.length === 0 ? {} : { rules }),
    findings: findFindings(input, { differences, changes, rules, now }),
    notices: [...(input.notices ?? []), ...switchedOff(input)].sort(
      compareNotices,
    ),
    summary: summaryOf(changes, differences.unchangedCount),
  };
  const whole = { ...plan, intent_digest: intentDigest(plan) };
  return { ...whole, digest: planDigest(whole) };
}

/** Both halves at once, for callers that know the accounts already. */
export function planConnections(input: AssembleInput): Plan {
  return assemblePlan({ ...input, differences: diffConnections(input) });
}

function expiryOf(now: Date, afterMs: number | null): string | null {
  return afterMs === null
    ? null
    : new Date(now.getTime() + afterMs).toISOString();
}

function withMeaning(
  change: PlanChange,
  { accounts, accountUse }: Pick<AssembleInput, "accounts" | "accountUse">,
  entry: InventoryEntry | undefined,
): PlanChange {
  const isRemoval = change.action === "delete" || change.action === "replace";
  const counted =
    accounts.get(change.key) ?? (isRemoval ? "unknown" : undefined);
  const scopes = scopeChangesOf(change);
  const planned: PlanChange = {
    ...change,
    ...(scopes.length === 0 ? {} : { scopes }),
    impact:
      counted === undefined
        ? null
        : impactOf(counted, accountUse?.get(change.key)),
  };
  const isKept = change.desired !== null;
  const risks = changeRisks(planned, {
    isRecreated: change.action === "create" && entry?.phase === "applied",
    isUnprotected:
      isKept && entry?.isProtected === true && !change.is_protected,
  });
  return { ...planned, risks };
}

/** Adds what changes mean beside each other. */
function withRelations(
  changes: readonly PlanChange[],
  input: RelationInput,
): PlanChange[] {
  const related = relationRisks(changes, input);
  return changes.map((change) => {
    const more = related.get(change.key);
    return more === undefined
      ? change
      : { ...change, risks: sortRisks([...change.risks, ...more]) };
  });
}

function impactOf(
  counted: number | "unknown",
  use: AccountUse | undefined,
): PlanImpact {
  if (use === undefined) return { connected_accounts: counted };
  return {
    connected_accounts: counted,
    active_accounts: use.active,
    recently_used_accounts: use.recentlyUsed,
  };
}

function findFindings(
  input: AssembleInput,
  made: {
    readonly differences: Differences;
    readonly changes: readonly PlanChange[];
    readonly rules: readonly PlanRule[];
    readonly now: Date;
  },
): PlanFinding[] {
  const { differences, changes } = made;
  const today = made.now.toISOString().slice(0, 10);
  const overrides = [...input.rules.overrides, ...input.approvals];
  const now = made.now.toISOString();
  const context: GuardContext = {
    input,
    differences,
    rules: input.rules,
    inventory: input.inventory,
    changes,
    now,
    asksToAdopt: input.only?.actions.has("adopt") === true,
    asksToForget: input.forget ?? new Set(),
    declaredProtected: new Set(
      input.desired.filter((d) => d.isProtected).map(({ key }) => key),
    ),
    declared: differences.declared.map(declarationOf),
  };
  const found = GUARDS.flatMap((guard) => guard.check(context));
  const weighed = weighFindings(found, input.rules.guardLevels);
  const broken = checkPolicies(input.policies ?? [], {
    input,
    changes,
    rules: made.rules,
    now,
  });
  const settled = applyOverrides([...weighed, ...broken], overrides, today);
  return [
    ...settled,
    ...letThrough(settled, { context, rules: made.rules }),
    ...expiredOverrides(overrides, today),
    ...idleApprovals([...weighed, ...broken], input.approvals),
  ].sort(compareFindings);
}

function declarationOf({ key, desired, local }: DeclaredPair): Declaration {
  return {
    key,
    provider: desired.provider,
    fields: Object.fromEntries(
      Object.entries(desired.fields).filter(([path]) => !local.has(path)),
    ),
    placeOf: (path) =>
      planLocation(desired.origins.get(path) ?? desired.location),
  };
}

function compareFindings(a: PlanFinding, b: PlanFinding): number {
  return (
    compareText(a.level, b.level) ||
    compareText(a.code, b.code) ||
    compareText(a.key ?? "", b.key ?? "") ||
    compareText(a.message, b.message)
  );
}

function compareNotices(a: PlanNotice, b: PlanNotice): number {
  return (
    -compareText(a.level, b.level) ||
    compareText(a.code, b.code) ||
    compareText(a.key ?? "", b.key ?? "") ||
    compareText(a.message, b.message)
  );
}
