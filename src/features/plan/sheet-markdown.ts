import { joinSafe } from "../../output/escape.ts";
import {
  joinMarkdown,
  safeMarkdown,
  markdownCode,
  type MarkdownText,
} from "../../output/escape-markdown.ts";
import {
  byteCount,
  linesWithin,
  type Room,
} from "../../output/fit-markdown.ts";
import { clip } from "../../util/clip.ts";
import { countOf, countText } from "../../util/count.ts";
import {
  countLeftOut,
  isDangerousLevel,
  type SheetItem,
  type SheetSection,
  sheetSections,
} from "./sheet-sections.ts";
import type { DecisionSheet } from "./sheet-view.ts";

/** How fully the sheet is told. */
interface Fullness {
  /** Names told of one item about which somebody decides. */
  readonly names: number;
  readonly sentences: number;
  /** Characters of one sentence. */
  readonly characters: number;
}

/**
 * From the fullest on: the first that fits is taken, so that what is long shortens what is long and
 * hides nothing.
 */
const FULLNESS: readonly Fullness[] = [
  { names: Infinity, sentences: 3, characters: Infinity },
  { names: Infinity, sentences: 3, characters: 300 },
  { names: Infinity, sentences: 1, characters: 100 },
  { names: 500, sentences: 1, characters: 80 },
  { names: 20, sentences: 1, characters: 60 },
];

/** Names told of one item that is no danger. */
const SOME_NAMES = 4;

/** The decision sheet as lists. */
export function sheetMarkdown(
  sheet: DecisionSheet,
  room: Room,
): MarkdownText[] {
  const sections = sheetSections(sheet);
  for (const fullness of FULLNESS) {
    const lines = sections.flatMap((section) =>
      sectionLines(section, fullness),
    );
    if (byteCount(lines) <= room.bytes) return lines;
  }
  const shortest = FULLNESS.at(-1) ?? {
    names: 1,
    sentences: 1,
    characters: 60,
  };
  return linesWithin(
    sections.flatMap((section) => sectionLines(section, shortest)),
    room,
  );
}

function sectionLines(
  section: SheetSection,
  fullness: Fullness,
): MarkdownText[] {
  const { title, items, most } = section;
  const rest = items.slice(most);
  return [
    safeMarkdown`### ${title}`,
    safeMarkdown``,
    ...items.slice(0, most).map((item) => itemLine(item, fullness)),
    ...(rest.length === 0 ? [] : [restLine(rest, section, fullness)]),
    safeMarkdown``,
  ];
}

function itemLine(item: SheetItem, fullness: Fullness): MarkdownText {
  const { label, fix, place } = item;
  const [first = "", ...more] = item.sentences
    .slice(0, fullness.sentences)
    .map((sentence) => clip(sentence, fullness.characters));
  const rest = item.sentences.length - 1 - more.length;
  const word = label === "" ? safeMarkdown`` : safeMarkdown`**${label}** `;
  const where =
    place === null ? safeMarkdown`` : safeMarkdown` (${clip(place, 200)})`;
  return joinMarkdown(
    [
      safeMarkdown`- ${word}${namesText(item, fullness)}${first}${where}`,
      ...more,
      ...(rest > 0 ? [`${countText(rest)} more below.`] : []),
      ...(fix === null ? [] : [`Fix: ${clip(fix, fullness.characters)}`]),
    ],
    safeMarkdown`<br>`,
  );
}

/**
 * About what is dangerous every name is told that there is room for; of the rest the first ones.
 */
function namesText(item: SheetItem, fullness: Fullness): MarkdownText {
  const { keys, accounts, level } = item;
  if (keys.length === 0) return safeMarkdown``;
  const most = isDangerousLevel(level) ? fullness.names : SOME_NAMES;
  const names = namesCode(keys, most, fullness);
  if (keys.length === 1) return safeMarkdown`${names} `;
  const feel =
    typeof accounts === "number" && accounts > 0
      ? `, ${countOf(accounts, "account")}`
      : "";
  return safeMarkdown`${countText(keys.length)} × (${names}${feel}) `;
}

function namesCode(
  keys: readonly string[],
  most: number,
  { characters }: Fullness,
): MarkdownText {
  const rest = keys.length - most;
  const names = markdownCode(
    joinSafe(
      keys.slice(0, most).map((key) => clip(key, characters)),
      ", ",
    ),
  );
  return rest > 0 ? safeMarkdown`${names} and ${countText(rest)} more` : names;
}

function restLine(
  rest: readonly SheetItem[],
  { noun }: SheetSection,
  fullness: Fullness,
): MarkdownText {
  const dangerous = rest.filter(({ level }) => isDangerousLevel(level));
  const keys = dangerous.flatMap((item) => item.keys);
  return keys.length === 0
    ? safeMarkdown`- and ${countOf(countLeftOut(rest), noun)}`
    : safeMarkdown`- and ${namesCode(keys, fullness.names, fullness)}`;
}
