import { countOf, countText } from "../../util/count.ts";
import { indent, joinSafe, safe, type SafeText } from "../../output/escape.ts";
import {
  type Paint,
  paint,
  shownFile,
  type Style,
} from "../../output/style.ts";
import { nameList } from "../../output/words.ts";
import {
  countLeftOut,
  isDangerousLevel,
  type SheetItem,
  type SheetSection,
  sheetSections,
} from "./sheet-sections.ts";
import type { SheetLevel } from "./sheet-entry.ts";
import type { DecisionSheet, SheetTally } from "./sheet-view.ts";

const MOST_SENTENCES = 3;
const MOST_KEYS = 4;
const NAMES_IN_A_ROW = 8;

const LEVEL_PAINT: Readonly<Record<SheetLevel, Paint>> = {
  refused: "red",
  critical: "red",
  high: "yellow",
  warning: "yellow",
  info: "dim",
};

/**
 * The decision sheet in lines: what is refused, what is to be decided, what else is worth knowing.
 * Nothing where nothing is to be said.
 */
export function sheetLines(sheet: DecisionSheet, style: Style): SafeText[] {
  return sheetSections(sheet).flatMap((section) =>
    sectionLines(section, style),
  );
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
      ? [
          paint(
            style,
            "red",
            safe`RULES LOOSENED: ${countText(tally.loosenedCount)}`,
          ),
        ]
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

function sectionLines(section: SheetSection, style: Style): SafeText[] {
  const { items, most, isAlarming } = section;
  const title = paint(style, "bold", section.title);
  return [
    isAlarming ? paint(style, "red", title) : title,
    ...items.slice(0, most).flatMap((item) => itemLines(item, style)),
    ...restLines(items.slice(most), section),
  ];
}

/** One line for each sentence: a log has no width, and a terminal wraps by itself. */
function itemLines(item: SheetItem, style: Style): SafeText[] {
  const { level, label, sentences, fix, place } = item;
  const [first = "", ...more] = sentences.slice(0, MOST_SENTENCES);
  const rest = sentences.length - 1 - more.length;
  const word =
    label === "" ? safe`` : safe`${paint(style, LEVEL_PAINT[level], label)} `;
  const where = place === null ? safe`` : safe`  (${shownFile(style, place)})`;
  return [
    safe` ${word}${keysText(item, style)}${first}${where}`,
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

function keysText({ keys, accounts }: SheetItem, style: Style): SafeText {
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
function restLines(
  rest: readonly SheetItem[],
  { noun }: SheetSection,
): SafeText[] {
  if (rest.length === 0) return [];
  if (!rest.some(({ level }) => isDangerousLevel(level)))
    return [safe` and ${countOf(countLeftOut(rest), noun)}`];
  const keys = rest.flatMap((item) => item.keys);
  const rows = Math.ceil(keys.length / NAMES_IN_A_ROW);
  return Array.from({ length: rows }, (_, row) => {
    const start = row * NAMES_IN_A_ROW;
    const names = keys.slice(start, start + NAMES_IN_A_ROW);
    return safe`${row === 0 ? " and " : "     "}${joinSafe(names, ", ")}`;
  });
}
