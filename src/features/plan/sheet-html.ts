import {
  joinHtml,
  safeHtml,
  type HtmlPart,
  type HtmlText,
} from "../../output/escape-html.ts";
import { htmlSection, type HtmlLevel } from "../../output/html-parts.ts";
import { countOf, countText } from "../../util/count.ts";
import {
  countLeftOut,
  isDangerousLevel,
  type SheetItem,
  type SheetSection,
  sheetSections,
} from "./sheet-sections.ts";
import type { DecisionSheet } from "./sheet-view.ts";

/** How much of a sheet is written, and where. */
interface SheetHtmlOptions {
  readonly level: HtmlLevel;
  /** False to tell as much of each section in full as text does. */
  readonly isWhole: boolean;
}

/** Names of an item where not all is told. */
const MOST_KEYS = 20;

/** The decision sheet as sections of a page. */
export function sheetHtml(
  sheet: DecisionSheet,
  { level, isWhole }: SheetHtmlOptions,
): HtmlText[] {
  return sheetSections(sheet).map((part) =>
    htmlSection(
      part.title,
      safeHtml`<ul>
${joinHtml(itemsOf(part, isWhole), safeHtml`\n`)}
</ul>`,
      level,
    ),
  );
}

function itemsOf(part: SheetSection, isWhole: boolean): HtmlText[] {
  const { items, most, noun } = part;
  const maxKeys = isWhole ? Infinity : MOST_KEYS;
  if (isWhole) return items.map((item) => itemHtml(item, maxKeys));
  const rest = items.slice(most);
  const shown = items.slice(0, most).map((item) => itemHtml(item, maxKeys));
  if (rest.length === 0) return shown;
  const isDangerous = rest.some(({ level }) => isDangerousLevel(level));
  const more = safeHtml`and ${countOf(countLeftOut(rest), noun)}`;
  return [
    ...shown,
    isDangerous
      ? safeHtml`<li><strong class="high">${more}, dangerous ones among them</strong></li>`
      : safeHtml`<li>${more}</li>`,
  ];
}

function itemHtml(item: SheetItem, maxKeys: number): HtmlText {
  const { level, label, fix, place } = item;
  const word =
    label === ""
      ? safeHtml``
      : safeHtml`<strong class="${level}">${label}</strong> `;
  const where = place === null ? safeHtml`` : safeHtml` (${place})`;
  const [first = "", ...more] = item.sentences;
  const lines: readonly HtmlPart[] = [
    safeHtml`${word}${namesOf(item, maxKeys)}${first}${where}`,
    ...more,
    ...(fix === null ? [] : [`Fix: ${fix}`]),
  ];
  return safeHtml`<li>${joinHtml(lines, safeHtml`<br>`)}</li>`;
}

function namesOf({ keys, accounts }: SheetItem, maxKeys: number): HtmlText {
  if (keys.length === 0) return safeHtml``;
  const shown = keys.slice(0, maxKeys);
  const left = keys.length - shown.length;
  const names = joinHtml(
    [
      ...shown.map((key) => safeHtml`<code>${key}</code>`),
      ...(left === 0 ? [] : [`${countText(left)} more`]),
    ],
    ", ",
  );
  if (keys.length === 1) return safeHtml`${names} `;
  const feel =
    typeof accounts === "number" && accounts > 0
      ? `, ${countOf(accounts, "account")}`
      : "";
  return safeHtml`${countText(keys.length)} × (${names}${feel}) `;
}
