import { countOf } from "../../util/count.ts";
import type { SheetCause } from "./cause-view.ts";
import type { RuleView } from "./rule-view.ts";
import type { SheetEntry, SheetLevel } from "./sheet-entry.ts";
import type { DecisionSheet } from "./sheet-view.ts";

/**
 * Entries of a section that are told in full; of the rest only the names, which are told always
 * where something is decided.
 */
const MOST_ENTRIES = 30;
const MOST_ROUTINE = 8;
const MOST_CAUSES = 3;

/** One thing that a section says. Every string is raw: the format that writes it escapes it. */
export interface SheetItem extends Omit<SheetEntry, "codes"> {
  /** `CRITICAL` or `HIGH`, or nothing. */
  readonly label: string;
  /** `file:line`, where that tells more than the names. */
  readonly place: string | null;
}

/** A section of the sheet, as every format writes it. */
export interface SheetSection {
  readonly title: string;
  readonly isAlarming: boolean;
  /** Never empty. */
  readonly items: readonly SheetItem[];
  /** Items to tell in full. */
  readonly most: number;
  /** What is counted where items are left out. */
  readonly noun: string;
}

const RULE_TITLES: Readonly<Record<RuleView["direction"], string>> = {
  loosened: "RULES THIS CHANGE LOOSENS",
  changed: "RULES THIS CHANGE ALTERS",
  tightened: "RULES THIS CHANGE TIGHTENS",
};

/**
 * The one order in which the sheet is told. Sections of which nothing is to be said are left out.
 */
export function sheetSections(sheet: DecisionSheet): SheetSection[] {
  return [
    section("REFUSED", sheet.refused),
    section("DECIDE", sheet.decide),
    ...(["loosened", "changed", "tightened"] as const).map((direction) =>
      ruleSection(direction, sheet.rules),
    ),
    section("TAKES BACK CHANGES MADE BY HAND", sheet.takenBack),
    section("LOOK AT", sheet.warnings),
    section("ONLY APPLICATIONS SEE", sheet.local),
    {
      ...section("ONE CAUSE", []),
      items: sheet.causes.map(causeItem),
      most: MOST_CAUSES,
      noun: "more cause",
    },
    { ...section("ROUTINE", sheet.routine), most: MOST_ROUTINE },
  ].filter(({ items }) => items.length > 0);
}

/** What nobody may overlook, however much there is of it. */
export function isDangerousLevel(level: SheetLevel): boolean {
  return level === "refused" || level === "critical" || level === "high";
}

/** How many connections, or things that are said of none, are left out with these. */
export function countLeftOut(items: readonly SheetItem[]): number {
  return items.reduce((sum, { keys }) => sum + Math.max(1, keys.length), 0);
}

function section(title: string, entries: readonly SheetEntry[]): SheetSection {
  return {
    title,
    isAlarming: false,
    items: entries.map((entry) => ({
      ...entry,
      label:
        entry.level === "critical" || entry.level === "high"
          ? entry.level.toUpperCase()
          : "",
      place: null,
    })),
    most: MOST_ENTRIES,
    noun: "more connection",
  };
}

function ruleSection(
  direction: RuleView["direction"],
  rules: readonly RuleView[],
): SheetSection {
  return {
    ...section(RULE_TITLES[direction], []),
    isAlarming: direction === "loosened",
    items: rules
      .filter((rule) => rule.direction === direction)
      .map(({ sentence, place }) => ({ ...said(sentence), place })),
    noun: "more rule",
  };
}

function causeItem({ name, keys, accounts }: SheetCause): SheetItem {
  const feel =
    accounts === null
      ? ""
      : accounts === "unknown"
        ? ", accounts unknown"
        : `, ${countOf(accounts, "account")}`;
  return said(`${name} -> ${countOf(keys.length, "connection")}${feel}`);
}

/** What is said of no connection in particular. */
function said(sentence: string): SheetItem {
  return {
    level: "info",
    label: "",
    keys: [],
    sentences: [sentence],
    accounts: null,
    fix: null,
    place: null,
  };
}
