import { countOf, countText } from "../../util/count.ts";
import { indent, joinSafe, safe, type SafeText } from "../../output/escape.ts";
import { type Paint, paint, type Style } from "../../output/style.ts";
import { nameList } from "../../output/words.ts";
import type { SheetCause } from "./cause-view.ts";
import type { RuleView } from "./rule-view.ts";
import type { SheetEntry, SheetLevel } from "./sheet-entry.ts";
import type { DecisionSheet, SheetTally } from "./sheet-view.ts";

/** Entries of a section that are told in full; of the rest only the names, which are told always where something is decided. */
const MOST_ENTRIES = 30;
const MOST_ROUTINE = 8;
const MOST_CAUSES = 3;
const MOST_SENTENCES = 3;
const MOST_KEYS = 4;
const NAMES_IN_A_ROW = 8;

const DANGEROUS: readonly SheetLevel[] = ["refused", "critical", "high"];

const LEVEL_WORDS: Readonly<Record<SheetLevel, string>> = {
  refused: "",
  critical: "CRITICAL ",
  high: "HIGH ",
  warning: "",
  info: "",
};

const LEVEL_PAINT: Readonly<Record<SheetLevel, Paint>> = {
  refused: "red",
  critical: "red",
  high: "yellow",
  warning: "yellow",
  info: "dim",
};

/** The decision sheet in lines: what is refused, what is to be decided, what else is worth knowing. Nothing where nothing is to be said. */
export function sheetLines(sheet: DecisionSheet, style: Style): SafeText[] {
  return [
    ...section("REFUSED", sheet.refused, style, MOST_ENTRIES),
    ...section("DECIDE", sheet.decide, style, MOST_ENTRIES),
    ...ruleLines(sheet.rules, style),
    ...section(
      "TAKES BACK CHANGES MADE BY HAND",
      sheet.takenBack,
      style,
      MOST_ENTRIES,
    ),
    ...section("LOOK AT", sheet.warnings, style, MOST_ENTRIES),
    ...section("ONLY APPLICATIONS SEE", sheet.local, style, MOST_ENTRIES),
    ...causeLines(sheet.causes, style),
    ...section("ROUTINE", sheet.routine, style, MOST_ROUTINE),
  ];
}

/** `NEEDS A DECISION: 2 · refused: 0 · 3 of 16 connections · up to 177 accounts`. */
export function tallyLine(tally: SheetTally, style: Style): SafeText {
  const { decisionCount, refusalCount, changedCount, connectionCount } = tally;
  const parts = [
    decisionCount > 0
      ? paint(style, "red", safe`NEEDS A DECISION: ${countText(decisionCount)}`)
      : safe`needs a decision: 0`,
    refusalCount > 0
      ? paint(style, "red", safe`REFUSED: ${countText(refusalCount)}`)
      : safe`refused: 0`,
    ...(tally.loosenedCount > 0
      ? [safe`rules loosened: ${countText(tally.loosenedCount)}`]
      : []),
    safe`${countText(changedCount)} of ${countOf(connectionCount, "connection")}`,
    ...accountParts(tally),
  ];
  return joinSafe(parts, " · ");
}

function accountParts({ accounts, uncountedCount }: SheetTally): SafeText[] {
  if (accounts === null) return [];
  const known =
    accounts === 0
      ? safe`no accounts`
      : safe`up to ${countOf(accounts, "account")}`;
  if (accounts === 0 && uncountedCount > 0)
    return [
      safe`nobody knows the accounts of ${countOf(uncountedCount, "connection")}`,
    ];
  return uncountedCount === 0
    ? [known]
    : [
        safe`${known}, and nobody knows how many of ${countOf(uncountedCount, "connection")}`,
      ];
}

function section(
  title: string,
  entries: readonly SheetEntry[],
  style: Style,
  most: number,
): SafeText[] {
  if (entries.length === 0) return [];
  const told = entries.slice(0, most);
  const rest = entries.slice(most);
  return [
    paint(style, "bold", title),
    ...told.flatMap((entry) => entryLines(entry, style)),
    ...restLines(rest),
  ];
}

/** One line for each sentence: a log has no width, and a terminal wraps by itself. */
function entryLines(entry: SheetEntry, style: Style): SafeText[] {
  const { level, sentences, fix } = entry;
  const [first = "", ...more] = sentences.slice(0, MOST_SENTENCES);
  const rest = sentences.length - 1 - more.length;
  const label = paint(style, LEVEL_PAINT[level], LEVEL_WORDS[level]);
  return [
    safe` ${label}${keysText(entry, style)}${first}`,
    ...indent(
      [
        ...more.map((sentence) => safe`${sentence}`),
        ...(rest > 0 ? [safe`${countText(rest)} more below.`] : []),
        ...(fix === null ? [] : [safe`Fix: ${fix}`]),
      ],
      3,
    ),
  ];
}

function keysText({ keys, accounts }: SheetEntry, style: Style): SafeText {
  const [first] = keys;
  if (first === undefined) return safe``;
  if (keys.length === 1) return safe`${paint(style, "bold", first)}  `;
  const feel =
    typeof accounts === "number" && accounts > 0
      ? safe`, ${countOf(accounts, "account")}`
      : safe``;
  return safe`${countText(keys.length)} × (${nameList(keys, MOST_KEYS)}${feel})  `;
}

/** What does not fit is at least named where it is dangerous, and counted where it is not. */
function restLines(rest: readonly SheetEntry[]): SafeText[] {
  if (rest.length === 0) return [];
  const keys = rest.flatMap((entry) => entry.keys);
  const isDangerous = rest.some(({ level }) => DANGEROUS.includes(level));
  if (!isDangerous)
    return [safe` and ${countOf(keys.length, "more connection")}`];
  const rows = Math.ceil(keys.length / NAMES_IN_A_ROW);
  return Array.from({ length: rows }, (_, row) => {
    const start = row * NAMES_IN_A_ROW;
    const names = keys.slice(start, start + NAMES_IN_A_ROW);
    return safe`${row === 0 ? " and " : "     "}${joinSafe(names, ", ")}`;
  });
}

const RULE_TITLES: Readonly<Record<RuleView["direction"], string>> = {
  loosened: "RULES THIS CHANGE LOOSENS",
  changed: "RULES THIS CHANGE ALTERS",
  tightened: "RULES THIS CHANGE TIGHTENS",
};

function ruleLines(rules: readonly RuleView[], style: Style): SafeText[] {
  return (["loosened", "changed", "tightened"] as const).flatMap(
    (direction) => {
      const found = rules.filter((rule) => rule.direction === direction);
      if (found.length === 0) return [];
      const shown = found.slice(0, MOST_ENTRIES);
      const title = paint(style, "bold", RULE_TITLES[direction]);
      return [
        direction === "loosened" ? paint(style, "red", title) : title,
        ...shown.map(({ sentence, place }) =>
          place === null ? safe` ${sentence}` : safe` ${sentence}  (${place})`,
        ),
        ...(found.length > shown.length
          ? [safe` and ${countText(found.length - shown.length)} more`]
          : []),
      ];
    },
  );
}

function causeLines(causes: readonly SheetCause[], style: Style): SafeText[] {
  if (causes.length === 0) return [];
  const shown = causes.slice(0, MOST_CAUSES);
  return [
    paint(style, "bold", "ONE CAUSE"),
    ...shown.map(({ name, keys, accounts }) => {
      const feel =
        accounts === null
          ? safe``
          : accounts === "unknown"
            ? safe`, accounts unknown`
            : safe`, ${countOf(accounts, "account")}`;
      return safe` ${name} -> ${countOf(keys.length, "connection")}${feel}`;
    }),
    ...(causes.length > shown.length
      ? [safe` and ${countOf(causes.length - shown.length, "more cause")}`]
      : []),
  ];
}
