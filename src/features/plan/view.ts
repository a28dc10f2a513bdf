import type {
  Plan,
  PlanAction,
  PlanChange,
  PlanFinding,
  PlanNotice,
  PlanRisk,
  PlanScopeChange,
  PlanStep,
  PlanSummary,
} from "../../domain/generated/plan.ts";
import { type DecisionSheet, decisionSheet } from "./sheet-view.ts";
import { unreadableKeys } from "../../domain/problem/unreadable.ts";
import {
  type FieldView,
  fieldView,
  type SecretView,
  secretView,
} from "../../output/field-view.ts";

/** Findings shown before the rest is only counted. */
export const MAX_FINDINGS = 100;

/**
 * What each action is called and which sign stands for it, so that colour is never needed to tell
 * them apart.
 */
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

/** What an action weighs beside the risks of its change: smaller is more important. */
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

/**
 * A change, ready to be written in any format. Every string is raw: the format that writes it
 * escapes it.
 */
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
  /**
   * Scopes gained and lost, with what they mean; empty in a plan of a version that did not tell.
   */
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

/** What a guard or the audit of the documents says, ready to be written. */
export interface FindingView {
  readonly level: PlanFinding["level"] | PlanNotice["level"];
  readonly code: string;
  readonly key: string | null;
  readonly message: string;
  readonly place: string | null;
  /** The rule or fact behind it. */
  readonly why: string | null;
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

/**
 * A plan as people read it: what every format writes, so that no format decides for itself what
 * matters.
 */
export interface PlanView {
  readonly environment: string;
  readonly isProduction: boolean;
  readonly apiHost: string;
  readonly driver: string;
  readonly commit: string | null;
  /** First line of the commit's message; `null` where nobody told. */
  readonly subject: string | null;
  /** True when the documents differ from the commit; `null` when that is not known. */
  readonly isDirty: boolean | null;
  readonly digest: string;
  readonly expiresAt: string | null;
  /** What is to be decided, and all else in its order of importance. */
  readonly sheet: DecisionSheet;
  /** In plan order. */
  readonly changes: readonly ChangeView[];
  /** The same by danger, what destroys first among equals. */
  readonly changesByDanger: readonly ChangeView[];
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
  /** Show every finding, however many. */
  readonly showsAll: boolean;
}

/** Makes the view of a plan. Pure. */
export function planView(plan: Plan, options: PlanViewOptions): PlanView {
  const findings = sortFindings([
    ...plan.findings.map(findingView),
    ...(plan.notices ?? []).map(noticeView),
  ]);
  const maxFindings = options.showsAll ? Infinity : MAX_FINDINGS;
  const changes = plan.changes.map(changeView);
  return {
    environment: plan.environment,
    isProduction: plan.production ?? false,
    apiHost: plan.target.api_host,
    driver: plan.target.driver,
    commit: plan.source.commit,
    subject: plan.source.subject ?? null,
    isDirty: plan.source.dirty,
    digest: plan.digest,
    expiresAt: plan.expires_at,
    sheet: decisionSheet(plan),
    changes,
    changesByDanger: byDanger(changes),
    findings: findings.slice(0, maxFindings),
    hiddenFindingCount: Math.max(0, findings.length - maxFindings),
    refusalCount: plan.findings.filter(({ level }) => level === "refuse")
      .length,
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

/** Stable: of equal danger the order of the plan is kept. */
function byDanger(changes: readonly ChangeView[]): readonly ChangeView[] {
  return changes
    .map((change, index) => ({ change, index, weight: weightOf(change) }))
    .sort((a, b) => a.weight - b.weight || a.index - b.index)
    .map(({ change }) => change);
}

function weightOf({ action, risks }: ChangeView): number {
  return risks.reduce(
    (least, { level }) => Math.min(least, RISK_WEIGHTS[level]),
    ACTION_WEIGHTS[action],
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
    why: null,
    fix: finding.fix ?? null,
    override:
      override === undefined
        ? null
        : { reason: override.reason, until: override.until ?? null },
  };
}

function noticeView(notice: PlanNotice): FindingView {
  return {
    level: notice.level,
    code: notice.code,
    key: notice.key ?? null,
    message: notice.message,
    place: placeOf(notice.location),
    why: notice.why ?? null,
    fix: notice.fix ?? null,
    override: null,
  };
}

const FINDING_ORDER: readonly FindingView["level"][] = [
  "refuse",
  "warn",
  "warning",
  "note",
];

function sortFindings(findings: readonly FindingView[]): FindingView[] {
  return FINDING_ORDER.flatMap((level) =>
    findings.filter((finding) => finding.level === level),
  );
}

function placeOf(
  location: { readonly file: string; readonly line: number } | null | undefined,
): string | null {
  if (location === null || location === undefined) return null;
  return `${location.file}:${String(location.line)}`;
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
