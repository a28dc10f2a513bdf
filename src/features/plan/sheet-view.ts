import type {
  Plan,
  PlanChange,
  PlanFinding,
  PlanRisk,
} from "../../domain/generated/plan.ts";
import { compareText } from "../../util/compare-text.ts";
import { causesOf, type SheetCause } from "./cause-view.ts";
import { placeOf, ruleViews, type RuleView } from "./rule-view.ts";
import {
  localSentences,
  routineSentence,
  takenBackSentences,
} from "./summary-view.ts";

/** How much attention something deserves, worst first. */
export type SheetLevel = "refused" | PlanRisk["level"];

/** One thing to know, of all connections it is equally true of. Every string is raw: the format that writes it escapes it. */
export interface SheetEntry {
  readonly level: SheetLevel;
  /** Sorted; empty when it is said of the plan as a whole. */
  readonly keys: readonly string[];
  /** Worst first, never empty. */
  readonly sentences: readonly string[];
  /** Connected accounts of all of them; `null` where nobody asked. */
  readonly accounts: number | "unknown" | null;
  /** What to do about it, where that is known. */
  readonly fix: string | null;
  /** Stable names of what it says: codes of risks and findings. */
  readonly codes: readonly string[];
}

/** The numbers that a plan begins and ends with. */
export interface SheetTally {
  /** Connections of which somebody has to decide something. */
  readonly decisionCount: number;
  readonly refusalCount: number;
  readonly loosenedCount: number;
  readonly changedCount: number;
  readonly connectionCount: number;
  /** Accounts of the connections that change, as far as they were counted; `null` where nobody asked. */
  readonly accounts: number | null;
  /** Of how many changing connections nobody knows the accounts. */
  readonly uncountedCount: number;
}

/**
 * What somebody with one minute has to know to decide rightly: ordered by danger, never by name, with what is equal said once and what is
 * unlike the rest before it.
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

const LEVELS: readonly SheetLevel[] = [
  "refused",
  "critical",
  "high",
  "warning",
  "info",
];

/** What is told in a section of its own. */
const TOLD_APART = ["drift.reverted", "drift.overwritten"];

/** Makes the decision sheet of a plan. Pure. */
export function decisionSheet(plan: Plan): DecisionSheet {
  const decide = grouped(
    plan.changes.flatMap((change) => riskEntry(change, plan, isDangerous)),
  );
  const dangerous = new Set(decide.flatMap(({ keys }) => keys));
  const warnings = grouped([
    ...plan.changes.flatMap((change) =>
      dangerous.has(change.key)
        ? []
        : riskEntry(change, plan, ({ level }) => level === "warning"),
    ),
    ...findingEntries(plan, dangerous),
    ...noticeEntries(plan),
  ]);
  const told = new Set([...dangerous, ...warnings.flatMap(({ keys }) => keys)]);
  const refused = grouped(refusalEntries(plan));
  return {
    tally: tallyOf(plan, dangerous.size),
    refused,
    decide,
    rules: ruleViews(plan.rules ?? []),
    warnings,
    takenBack: grouped(
      plan.changes.flatMap((change) =>
        entryOf(change, "warning", takenBackSentences(change)),
      ),
    ),
    local: grouped(
      plan.changes.flatMap((change) =>
        entryOf(change, "info", localSentences(change)),
      ),
    ),
    causes: causesOf(plan.changes),
    routine: grouped(
      plan.changes
        .filter((change) => !told.has(change.key) && !isOnlyLocal(change))
        .flatMap((change) =>
          entryOf(change, "info", [routineSentence(change)]),
        ),
    ),
  };
}

/** Told in a section of its own, and nothing else of it. */
function isOnlyLocal({ action, fields, secrets }: PlanChange): boolean {
  return (
    action === "noop" &&
    fields.length > 0 &&
    fields.every(({ effect }) => effect === "local") &&
    secrets.every(({ state }) => state === "unchanged")
  );
}

function isDangerous({ level }: PlanRisk): boolean {
  return level === "critical" || level === "high";
}

/** What a change means, as far as it is of the levels that are asked for; the rest of a dangerous change is told with it, at the end. */
function riskEntry(
  change: PlanChange,
  plan: Plan,
  counts: (risk: PlanRisk) => boolean,
): SheetEntry[] {
  const risks = change.risks.filter(({ code }) => !TOLD_APART.includes(code));
  const worst = withRemoval(change, risks).filter(counts);
  const [first] = worst;
  if (first === undefined) return [];
  const level = worst.reduce(
    (least, risk) =>
      LEVELS.indexOf(risk.level) < LEVELS.indexOf(least) ? risk.level : least,
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
      sentences: [
        ...told.map(riskSentence),
        ...permissionSentences(change.key, plan),
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

/** Who let it pass: a reader weighs a change by that, too, above all where the permission comes with what it permits. */
function permissionSentences(
  key: string,
  { findings, rules = [] }: Plan,
): string[] {
  return findings
    .filter((finding) => finding.key === key)
    .flatMap(({ code, override }) => {
      if (override === undefined) return [];
      const added = rules.find(
        ({ rule, name = "", direction }) =>
          direction === "loosened" &&
          rule.startsWith("overrides") &&
          name.includes(code) &&
          name.includes(key),
      );
      return [
        added === undefined
          ? `${code} is allowed by an override: ${sentence(override.reason)}`
          : `${code} is allowed by an override that THIS change adds${inBrackets(placeOf(added))}: ${sentence(override.reason)}`,
      ];
    });
}

function inBrackets(place: string | null): string {
  return place === null ? "" : ` (${place})`;
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

function refusalEntries(plan: Plan): SheetEntry[] {
  return plan.findings
    .filter(({ level }) => level === "refuse")
    .map((finding) => findingEntry(finding, "refused"));
}

function findingEntries(
  plan: Plan,
  dangerous: ReadonlySet<string>,
): SheetEntry[] {
  return plan.findings
    .filter(({ level }) => level === "warn")
    .filter(
      ({ key, override }) =>
        override === undefined || key === undefined || !dangerous.has(key),
    )
    .map((finding) => findingEntry(finding, "warning"));
}

function findingEntry(finding: PlanFinding, level: SheetLevel): SheetEntry {
  const { code, key, message, override, fix } = finding;
  return {
    level,
    keys: key === undefined ? [] : [key],
    sentences: [
      override === undefined
        ? sentence(message)
        : `${sentence(message)} Allowed by an override: ${sentence(override.reason)}`,
    ],
    accounts: null,
    // What is allowed needs no advice on how to have it allowed.
    fix: override === undefined ? (fix ?? null) : null,
    codes: [code],
  };
}

function noticeEntries({ notices }: Plan): SheetEntry[] {
  return (notices ?? [])
    .filter(({ level }) => level === "warning")
    .map(({ code, key, message, fix }) => ({
      level: "warning",
      keys: key === undefined ? [] : [key],
      sentences: [sentence(message)],
      accounts: null,
      fix: fix ?? null,
      codes: [code],
    }));
}

/** With a capital letter and a full stop, as what stands alone. */
function sentence(text: string): string {
  const capital = /^\p{Ll}/u.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;
  return /[.!?…]$/u.test(capital) ? capital : `${capital}.`;
}

/** Numbers of accounts differ where all else is equal. */
const ACCOUNTS =
  /(?:[\d,]+|an unknown number of)(?= (?:connected )?accounts?\b)/gu;

/** Says once what is equally true of several connections. */
function grouped(entries: readonly SheetEntry[]): SheetEntry[] {
  const groups = new Map<string, SheetEntry[]>();
  for (const entry of entries) {
    const mark = JSON.stringify([
      entry.level,
      entry.keys.length === 0,
      entry.sentences.map(withoutCounts),
    ]);
    const group = groups.get(mark);
    if (group === undefined) groups.set(mark, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].map(merged).sort(compareEntries);
}

function withoutCounts(text: string): string {
  return text.replace(ACCOUNTS, "their");
}

function merged(group: readonly SheetEntry[]): SheetEntry {
  const [first] = group;
  if (first === undefined) throw new TypeError("a group has an entry");
  const keys = [...new Set(group.flatMap((entry) => entry.keys))].sort(
    compareText,
  );
  if (keys.length < 2) return { ...first, keys };
  return {
    ...first,
    keys,
    sentences: first.sentences.map(withoutCounts),
    accounts: sumOf(group.map(({ accounts }) => accounts)),
  };
}

function sumOf(
  counts: readonly SheetEntry["accounts"][],
): SheetEntry["accounts"] {
  if (counts.includes("unknown")) return "unknown";
  const known = counts.filter((count) => typeof count === "number");
  return known.length === 0
    ? null
    : known.reduce((sum, count) => sum + count, 0);
}

/** By danger; of equal danger what is unlike the rest first, then whom more accounts feel. */
function compareEntries(a: SheetEntry, b: SheetEntry): number {
  return (
    LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
    a.keys.length - b.keys.length ||
    weightOf(b) - weightOf(a) ||
    compareText(a.keys[0] ?? "", b.keys[0] ?? "")
  );
}

function weightOf({ accounts }: SheetEntry): number {
  return accounts === "unknown" ? Infinity : (accounts ?? 0);
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
