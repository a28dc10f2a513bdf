import type {
  Plan,
  PlanChange,
  PlanRisk,
} from "../../domain/generated/plan.ts";
import { causesOf, type SheetCause } from "./cause-view.ts";
import { ruleViews, type RuleView } from "./rule-view.ts";
import {
  grouped,
  rankOf,
  type SheetEntry,
  type SheetLevel,
} from "./sheet-entry.ts";
import {
  findingEntries,
  letThroughEntries,
  noticeEntries,
  permissionSentences,
  refusalEntries,
  restoredFix,
} from "./sheet-findings.ts";
import {
  localSentences,
  routineSentence,
  takenBackSentences,
} from "./summary-view.ts";

/** The numbers that a plan begins and ends with. */
export interface SheetTally {
  /**
   * Connections of which somebody has to decide something, and what is to be decided of the plan as
   * a whole.
   */
  readonly decisionCount: number;
  readonly refusalCount: number;
  readonly loosenedCount: number;
  readonly changedCount: number;
  readonly connectionCount: number;
  /**
   * Accounts of the connections that change, as far as they were counted; `null` where nobody
   * asked.
   */
  readonly accounts: number | null;
  /** Of how many changing connections nobody knows the accounts. */
  readonly uncountedCount: number;
}

/**
 * What somebody with one minute has to know to decide rightly: ordered by danger, never by name,
 * with what is equal said once and what is unlike the rest before it.
 */
export interface DecisionSheet {
  readonly tally: SheetTally;
  readonly refused: readonly SheetEntry[];
  readonly decide: readonly SheetEntry[];
  /** Rules that differ from those of the last apply, what lets more pass first. */
  readonly rules: readonly RuleView[];
  readonly warnings: readonly SheetEntry[];
  readonly takenBack: readonly SheetEntry[];
  /** What the platform is never told: only applications that read the configuration see it. */
  readonly local: readonly SheetEntry[];
  readonly causes: readonly SheetCause[];
  readonly routine: readonly SheetEntry[];
}

/** What is told in a section of its own. */
const TOLD_APART = [
  "destination.restored",
  "drift.overwritten",
  "drift.reverted",
];

/** What another risk says, too, and more. */
const SAID_WITH: Readonly<Record<string, string>> = {
  "secret.borrowed": "secret.borrowed-to-host",
};

/** Makes the decision sheet of a plan. Pure. */
export function decisionSheet(plan: Plan): DecisionSheet {
  const notices = noticeEntries(plan);
  const decide = grouped([
    ...plan.changes.flatMap((change) => riskEntry(change, plan, isDangerous)),
    ...letThroughEntries(plan),
    ...notices.filter(({ level }) => level === "high"),
  ]);
  const dangerous = new Set(decide.flatMap(({ keys }) => keys));
  const warnings = grouped([
    ...plan.changes.flatMap((change) =>
      dangerous.has(change.key)
        ? []
        : riskEntry(change, plan, ({ level }) => level === "warning"),
    ),
    ...findingEntries(plan, dangerous),
    ...notices.filter(({ level }) => level === "warning"),
  ]);
  const refused = grouped(refusalEntries(plan));
  const told = new Set(
    [...decide, ...warnings, ...refused].flatMap(({ keys }) => keys),
  );
  return {
    tally: tallyOf(
      plan,
      dangerous.size + decide.filter(({ keys }) => keys.length === 0).length,
    ),
    refused,
    decide,
    rules: ruleViews(plan.rules ?? []),
    warnings,
    takenBack: grouped(
      plan.changes.flatMap((change) => takenBackEntry(change, plan)),
    ),
    local: grouped(
      plan.changes.flatMap((change) =>
        entryOf(change, "info", localSentences(change)),
      ),
    ),
    causes: causesOf(plan.changes),
    routine: grouped(
      plan.changes
        .filter((change) => !told.has(change.key) && !isToldApart(change))
        .flatMap((change) =>
          entryOf(change, "info", [routineSentence(change)]),
        ),
    ),
  };
}

/**
 * Told in a section of its own, and nothing else of it: what only applications see, or what is only
 * put back.
 */
function isToldApart({ action, fields, secrets }: PlanChange): boolean {
  const isSecretSent = secrets.some(({ state }) => state !== "unchanged");
  if (isSecretSent || fields.length === 0) return false;
  return action === "noop"
    ? fields.every(({ effect }) => effect === "local")
    : action === "update" &&
        fields.every(
          ({ effect, class: moved }) => effect !== "write" || moved === "drift",
        );
}

/**
 * What is put back of what somebody did on the platform: where credentials go first, in the words
 * of that.
 */
function takenBackEntry(change: PlanChange, plan: Plan): SheetEntry[] {
  const restored = change.risks.filter(
    ({ code }) => code === "destination.restored",
  );
  const sentences = [
    ...restored.map(riskSentence),
    ...takenBackSentences(change),
  ];
  return entryOf(change, "warning", sentences).map((entry) => ({
    ...entry,
    fix: restored.length === 0 ? null : restoredFix(change, plan),
  }));
}

function isDangerous({ level }: PlanRisk): boolean {
  return level === "critical" || level === "high";
}

/**
 * What a change means, as far as it is of the levels that are asked for; the rest of a dangerous
 * change is told with it, at the end.
 */
function riskEntry(
  change: PlanChange,
  plan: Plan,
  counts: (risk: PlanRisk) => boolean,
): SheetEntry[] {
  const codes = new Set(change.risks.map(({ code }) => code));
  const risks = change.risks.filter(
    ({ code }) =>
      !TOLD_APART.includes(code) && !codes.has(SAID_WITH[code] ?? ""),
  );
  const worst = withRemoval(change, risks).filter(counts);
  const [first] = worst;
  if (first === undefined) return [];
  const level = worst.reduce(
    (least, risk) => (rankOf(risk.level) < rankOf(least) ? risk.level : least),
    first.level,
  );
  const told = [
    ...worst,
    ...risks.filter((risk) => !counts(risk) && risk.level === "warning"),
  ];
  return [
    {
      level,
      keys: [change.key],
      // Who let it pass is never among what is cut off.
      sentences: [
        riskSentence(first),
        ...permissionSentences(change.key, plan),
        ...told.slice(1).map(riskSentence),
      ],
      accounts: change.impact?.connected_accounts ?? null,
      fix: null,
      codes: told.map(({ code }) => code),
    },
  ];
}

/** A sentence with the accounts of whom else it names. */
function riskSentence({ message, accounts }: PlanRisk): string {
  if (accounts === undefined) return message;
  return accounts === "unknown"
    ? `${message} (An unknown number of accounts.)`
    : `${message} (${String(accounts)} accounts.)`;
}

/** What goes is never routine, whatever a plan says of it. */
function withRemoval(
  { action }: PlanChange,
  risks: readonly PlanRisk[],
): readonly PlanRisk[] {
  const isTold = risks.some(isDangerous);
  if (isTold || (action !== "delete" && action !== "replace")) return risks;
  const message = `The connection is ${action === "delete" ? "deleted" : "deleted and made anew"}.`;
  return [{ code: `connection.${action}d`, level: "high", message }, ...risks];
}

function entryOf(
  change: PlanChange,
  level: SheetLevel,
  sentences: readonly string[],
): SheetEntry[] {
  if (sentences.length === 0) return [];
  return [
    {
      level,
      keys: [change.key],
      sentences,
      accounts: change.impact?.connected_accounts ?? null,
      fix: null,
      codes: [],
    },
  ];
}

function tallyOf(plan: Plan, decisionCount: number): SheetTally {
  const { unchanged, ...acting } = plan.summary;
  const changedCount = plan.changes.length;
  const planned = Object.values(acting).filter(
    (count) => typeof count === "number",
  );
  const counts = plan.changes.flatMap(({ impact }) =>
    impact === null ? [] : [impact.connected_accounts],
  );
  const known = counts.filter((count) => count !== "unknown");
  return {
    decisionCount,
    refusalCount: plan.findings.filter(({ level }) => level === "refuse")
      .length,
    loosenedCount: (plan.rules ?? []).filter(
      ({ direction }) => direction === "loosened",
    ).length,
    changedCount,
    connectionCount: planned.reduce((sum, count) => sum + count, unchanged),
    accounts:
      counts.length === 0 ? null : known.reduce((sum, count) => sum + count, 0),
    uncountedCount: counts.length - known.length,
  };
}
