import type { PlanRisk } from "../../domain/generated/plan.ts";
import { compareText } from "../../util/compare-text.ts";

/** How much attention something deserves, worst first. */
export type SheetLevel = "refused" | PlanRisk["level"];

/**
 * One thing to know, of all connections it is equally true of. Every string is raw: the format that
 * writes it escapes it.
 */
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

const LEVELS: readonly SheetLevel[] = [
  "refused",
  "critical",
  "high",
  "warning",
  "info",
];

/** Worse levels have smaller numbers. */
export function rankOf(level: SheetLevel): number {
  return LEVELS.indexOf(level);
}

/**
 * Numbers of accounts differ where all else is equal. A run of digits is looked at from its start
 * alone, so that a long one costs no more than its length.
 */
const ACCOUNTS =
  /(?:(?<![\d,])[\d,]+|an unknown number of)(?= (?:connected )?accounts?\b)/gu;

/** Says once what is equally true of several connections. */
export function grouped(entries: readonly SheetEntry[]): SheetEntry[] {
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

/** A text without its numbers of accounts. */
export function withoutCounts(text: string): string {
  return text.replace(ACCOUNTS, (_, offset: number) =>
    offset === 0 || /[.:] $/u.test(text.slice(0, offset)) ? "Their" : "their",
  );
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
    fix: fixOfEach(first),
    accounts: sumOf(group.map(({ accounts }) => accounts)),
  };
}

/** What names one of them has to be done for each. */
function fixOfEach({ fix, keys }: SheetEntry): string | null {
  const [key] = keys;
  return fix === null || key === undefined
    ? fix
    : fix.replaceAll(`"${key}"`, "each of them");
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
    rankOf(a.level) - rankOf(b.level) ||
    a.keys.length - b.keys.length ||
    weightOf(b) - weightOf(a) ||
    compareText(a.keys[0] ?? "", b.keys[0] ?? "")
  );
}

function weightOf({ accounts }: SheetEntry): number {
  return accounts === "unknown" ? Infinity : (accounts ?? 0);
}
