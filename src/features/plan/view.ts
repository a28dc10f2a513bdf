import type {
  Plan,
  PlanAction,
  PlanChange,
  PlanFinding,
  PlanRisk,
  PlanScopeChange,
  PlanStep,
  PlanSummary,
} from "../../domain/generated/plan.ts";
import { unreadableKeys } from "../../domain/problem/unreadable.ts";
import {
  type FieldView,
  fieldView,
  type SecretView,
  secretView,
} from "../../output/field-view.ts";

/** Changes shown before the rest is only counted. */
export const MAX_CHANGES = 200;

/** Findings shown before the rest is only counted. */
export const MAX_FINDINGS = 100;

/** What each action is called and which sign stands for it, so that colour is never needed to tell them apart. */
export const ACTION_SYMBOLS: Readonly<Record<PlanAction, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  adopt: ">",
  forget: "<",
  rename: "~",
  noop: "=",
};

const ACTION_PHRASES: Readonly<Record<PlanAction, string>> = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
  adopt: "to adopt",
  forget: "to forget",
  rename: "to rename",
  noop: "to record",
};

/** Which changes a reader must see first when not all of them fit: smaller is more important. */
const ACTION_WEIGHTS: Readonly<Record<PlanAction, number>> = {
  delete: 0,
  replace: 0,
  forget: 5,
  rename: 5,
  update: 5,
  create: 6,
  adopt: 7,
  noop: 8,
};

const RISK_WEIGHTS: Readonly<Record<PlanRisk["level"], number>> = {
  critical: 1,
  high: 2,
  warning: 3,
  info: 9,
};

/** A change, ready to be written in any format. Every string is raw: the format that writes it escapes it. */
export interface ChangeView {
  readonly symbol: string;
  readonly action: PlanAction;
  readonly key: string;
  readonly previousKey: string | null;
  readonly provider: string;
  readonly authType: string;
  /** `file:line`, or `null` for what no document declares. */
  readonly place: string | null;
  readonly isProtected: boolean;
  readonly fields: readonly FieldView[];
  readonly secrets: readonly SecretView[];
  /** Scopes gained and lost, with what they mean; empty in a plan of a version that did not tell. */
  readonly scopes: readonly PlanScopeChange[];
  readonly risks: readonly PlanRisk[];
  /** Connected accounts; `null` where nobody asked. */
  readonly accounts: number | "unknown" | null;
  /** Of those; missing where it was not asked. */
  readonly accountUse: {
    readonly active?: number | "unknown" | undefined;
    readonly recentlyUsed?: number | "unknown" | undefined;
  };
  readonly steps: readonly PlanStep[];
}

/** What a guard says, ready to be written. */
export interface FindingView {
  readonly level: PlanFinding["level"];
  readonly code: string;
  readonly key: string | null;
  readonly message: string;
  readonly place: string | null;
  readonly fix: string | null;
  readonly override: {
    readonly reason: string;
    readonly until: string | null;
  } | null;
}

/** A number with what it counts, such as 2 and `to update`. */
interface PhraseCount {
  readonly count: number;
  readonly phrase: string;
}

/** A plan as people read it: what every format writes, so that no format decides for itself what matters. */
export interface PlanView {
  readonly environment: string;
  readonly apiHost: string;
  readonly driver: string;
  readonly commit: string | null;
  /** True when the documents differ from the commit; `null` when that is not known. */
  readonly isDirty: boolean | null;
  readonly digest: string;
  readonly expiresAt: string | null;
  /** In plan order. When there are too many, those that destroy and those of high risk stay. */
  readonly changes: readonly ChangeView[];
  /** What of the changes is not shown, per action; empty when everything is. */
  readonly hiddenChanges: readonly PhraseCount[];
  /** Refusals first. */
  readonly findings: readonly FindingView[];
  readonly hiddenFindingCount: number;
  readonly refusalCount: number;
  readonly orphans: readonly string[];
  readonly unmanaged: readonly string[];
  readonly local: {
    readonly fieldCount: number;
    readonly keys: readonly string[];
  };
  /** Per action, those with none left out. */
  readonly summary: readonly PhraseCount[];
  readonly unchangedCount: number;
  /** True when nothing is known of some connection. */
  readonly hasUnreadable: boolean;
}

/** How much of a plan to show. */
interface PlanViewOptions {
  /** Show every change and finding, however many. */
  readonly showsAll: boolean;
}

/** Makes the view of a plan. Pure; the order of the plan is kept. */
export function planView(plan: Plan, options: PlanViewOptions): PlanView {
  const shown = selectChanges(
    plan.changes,
    options.showsAll ? Infinity : MAX_CHANGES,
  );
  const shownSet = new Set(shown);
  const findings = sortFindings(plan.findings);
  const maxFindings = options.showsAll ? Infinity : MAX_FINDINGS;
  return {
    environment: plan.environment,
    apiHost: plan.target.api_host,
    driver: plan.target.driver,
    commit: plan.source.commit,
    isDirty: plan.source.dirty,
    digest: plan.digest,
    expiresAt: plan.expires_at,
    changes: shown.map(changeView),
    hiddenChanges: phraseCounts(
      plan.changes.filter((change) => !shownSet.has(change)),
    ),
    findings: findings.slice(0, maxFindings).map(findingView),
    hiddenFindingCount: Math.max(0, findings.length - maxFindings),
    refusalCount: findings.filter(({ level }) => level === "refuse").length,
    orphans: plan.orphans.map(({ key }) => key),
    unmanaged: plan.unmanaged.map(({ key }) => key),
    local: {
      fieldCount: plan.local.reduce((sum, { paths }) => sum + paths.length, 0),
      keys: plan.local.map(({ key }) => key),
    },
    summary: summaryCounts(plan.summary),
    unchangedCount: plan.summary.unchanged,
    hasUnreadable: unreadableKeys(plan).length > 0,
  };
}

/** Whole changes only, chosen by importance and then put back into plan order: a cut never hides a delete behind harmless updates. */
function selectChanges(
  changes: readonly PlanChange[],
  max: number,
): readonly PlanChange[] {
  if (changes.length <= max) return changes;
  const byWeight = changes
    .map((change, index) => ({ index, weight: weightOf(change) }))
    .sort((a, b) => a.weight - b.weight || a.index - b.index);
  const kept = new Set(byWeight.slice(0, max).map(({ index }) => index));
  return changes.filter((_, index) => kept.has(index));
}

function weightOf(change: PlanChange): number {
  return change.risks.reduce(
    (least, { level }) => Math.min(least, RISK_WEIGHTS[level]),
    ACTION_WEIGHTS[change.action],
  );
}

function changeView(change: PlanChange): ChangeView {
  return {
    symbol: ACTION_SYMBOLS[change.action],
    action: change.action,
    key: change.key,
    previousKey: change.previous_key ?? null,
    provider: change.provider,
    authType: change.auth_type,
    place: placeOf(change.location),
    isProtected: change.is_protected,
    fields: change.fields.map((field) => fieldView(field, change.action)),
    secrets: change.secrets.map((secret) => secretView(secret, change.steps)),
    scopes: change.scopes ?? [],
    risks: change.risks,
    accounts: change.impact?.connected_accounts ?? null,
    accountUse: {
      active: change.impact?.active_accounts,
      recentlyUsed: change.impact?.recently_used_accounts,
    },
    steps: change.steps,
  };
}

function findingView(finding: PlanFinding): FindingView {
  const { override } = finding;
  return {
    level: finding.level,
    code: finding.code,
    key: finding.key ?? null,
    message: finding.message,
    place: placeOf(finding.location),
    fix: finding.fix ?? null,
    override:
      override === undefined
        ? null
        : { reason: override.reason, until: override.until ?? null },
  };
}

function sortFindings(findings: readonly PlanFinding[]): PlanFinding[] {
  return [
    ...findings.filter(({ level }) => level === "refuse"),
    ...findings.filter(({ level }) => level !== "refuse"),
  ];
}

function placeOf(
  location: { readonly file: string; readonly line: number } | null | undefined,
): string | null {
  if (location === null || location === undefined) return null;
  return `${location.file}:${String(location.line)}`;
}

function phraseCounts(changes: readonly PlanChange[]): PhraseCount[] {
  return actionsInOrder()
    .map((action) => ({
      count: changes.filter((change) => change.action === action).length,
      phrase: ACTION_PHRASES[action],
    }))
    .filter(({ count }) => count > 0);
}

function summaryCounts(summary: PlanSummary): PhraseCount[] {
  return actionsInOrder()
    .map((action) => ({
      count: summary[action],
      phrase: ACTION_PHRASES[action],
    }))
    .filter(({ count }) => count > 0);
}

function actionsInOrder(): readonly PlanAction[] {
  return [
    "create",
    "update",
    "replace",
    "delete",
    "adopt",
    "forget",
    "rename",
    "noop",
  ];
}
