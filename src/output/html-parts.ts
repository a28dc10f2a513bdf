import type { SafeText } from "./escape.ts";
import {
  joinHtml,
  safeHtml,
  type HtmlPart,
  type HtmlText,
} from "./escape-html.ts";

/** A browser lays out the lists it shows: one list of thousands would be laid out whole. */
const ITEMS_IN_A_LIST = 50;

/** Where a part of a page stands in it. */
export interface HtmlLevel {
  /** Of its heading. */
  readonly heading: 2 | 3;
  /** What its names begin with, where several parts of a page have the same. */
  readonly prefix: string;
  /** The name of the heading of the part that it is within, where others have the same titles. */
  readonly within?: string;
}

/** Right below the heading of the page. */
export const TOP_LEVEL: HtmlLevel = { heading: 2, prefix: "" };

/** One item of a list that is filtered. */
export interface HtmlItem {
  readonly kind: string;
  readonly title: HtmlPart;
  readonly lines: readonly SafeText[];
}

/**
 * A part with a heading. Our own titles, each of which occurs once at its level: what stands in
 * them is a name for the part, too.
 */
export function htmlSection(
  title: string,
  content: HtmlPart,
  { heading, prefix, within }: HtmlLevel = TOP_LEVEL,
): HtmlText {
  const id = `${prefix}${title.toLowerCase().replaceAll(/[^a-z]+/gu, "-")}`;
  // Who goes from part to part hears of which environment each is.
  const label = within === undefined ? id : `${within} ${id}`;
  const head =
    heading === 2
      ? safeHtml`<h2 id="${id}">${title}</h2>`
      : safeHtml`<h3 id="${id}">${title}</h3>`;
  return safeHtml`<section aria-labelledby="${label}">
${head}
${content}
</section>`;
}

/** Searches in all lists of the page and picks from them, where scripts run. */
export function filterForm(label: string, kinds: readonly string[]): HtmlText {
  const choices = [...new Set(kinds)].map(
    (kind) => safeHtml`<option value="${kind}">${kind}</option>`,
  );
  return safeHtml`<form id="filter" hidden>
<label for="search">Search <input id="search" type="search" autocomplete="off"></label>
<label for="kind">${label} <select id="kind"><option value="">all</option>${joinHtml(choices)}</select></label>
<output id="count" for="search kind"></output>
</form>`;
}

/** Items to read, to search in and to pick from. */
export function filteredLists(
  items: readonly HtmlItem[],
  { heading }: HtmlLevel = TOP_LEVEL,
): HtmlText {
  const count = Math.ceil(items.length / ITEMS_IN_A_LIST);
  const lists = Array.from({ length: count }, (_, index) => {
    const start = index * ITEMS_IN_A_LIST;
    const some = items.slice(start, start + ITEMS_IN_A_LIST);
    return safeHtml`<ul class="changes">
${joinHtml(
  some.map((item) => listItem(item, heading)),
  safeHtml`\n`,
)}
</ul>`;
  });
  return joinHtml(lists, safeHtml`\n`);
}

function listItem(
  { kind, title, lines }: HtmlItem,
  heading: HtmlLevel["heading"],
): HtmlText {
  const head =
    heading === 2
      ? safeHtml`<h3 class="item">${title}</h3>`
      : safeHtml`<h4 class="item">${title}</h4>`;
  return safeHtml`<li data-kind="${kind}">${head}${htmlBlock(lines)}</li>`;
}

/** Lines as they are on a terminal. A line feed after the opening tag is none of the text. */
export function htmlBlock(lines: readonly SafeText[]): HtmlText {
  return lines.length === 0
    ? safeHtml``
    : safeHtml`<pre>\n${joinHtml(lines, safeHtml`\n`)}</pre>`;
}

/** Each line a paragraph; those that are empty part lines in a terminal only. */
export function htmlParagraphs(lines: readonly SafeText[]): HtmlText {
  return joinHtml(
    lines
      .filter((line) => line.toString() !== "")
      .map((line) => safeHtml`<p>${line}</p>`),
    safeHtml`\n`,
  );
}
