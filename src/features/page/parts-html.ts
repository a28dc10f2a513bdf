import { clip } from "../../util/clip.ts";
import { countOf } from "../../util/count.ts";
import {
  joinHtml,
  safeHtml,
  type HtmlPart,
  type HtmlText,
} from "../../output/escape-html.ts";

const NOTHING = safeHtml``;
const LINE_END = safeHtml`\n`;

/** How much of a name is shown in a table. */
const NAME_LENGTH = 100;

/** A name as far as tables show it. */
export function nameText(name: string): string {
  return clip(name, NAME_LENGTH);
}

/**
 * Where an environment has its page. What is no text of Unicode is replaced: a link must not stop
 * the page.
 */
export function environmentAddress(environment: string): string {
  const name = encodeURIComponent(environment.toWellFormed()).replaceAll(
    /[!'()*]/gu,
    (found) => `%${found.charCodeAt(0).toString(16)}`,
  );
  return `/e/${name}`;
}

/** A time as people say it, with the exact one behind it. `now` is in milliseconds since 1970. */
export function timeHtml(iso: string | null, now: number): HtmlText {
  if (iso === null) return safeHtml`<span class="faint">never</span>`;
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return safeHtml`${clip(iso, NAME_LENGTH)}`;
  const exact = new Date(at).toISOString();
  return safeHtml`<time datetime="${exact}" title="${exact}">${relativeText(at - now)}</time>`;
}

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** `5 minutes ago`, `in 2 hours`, `now`. */
export function relativeText(ms: number): string {
  const size = Math.abs(ms);
  const unit = UNITS.find(([, length]) => size >= length);
  if (unit === undefined) return "now";
  const text = countOf(Math.floor(size / unit[1]), unit[0]);
  return ms < 0 ? `${text} ago` : `in ${text}`;
}

/** A length of time: `250 ms`, `1.2 s`. */
export function durationText(ms: number): string {
  return ms < 1000
    ? `${String(Math.round(ms))} ms`
    : `${(ms / 1000).toFixed(1)} s`;
}

/** A word in colour; the word itself says everything. */
export function badge(
  word: string,
  level: "worst" | "bad" | "good" | "faint",
): HtmlText {
  return safeHtml`<span class="badge ${level}">${word}</span>`;
}

/** A table that a narrow screen shows as a list of cards. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Cells of rows; the first one names its row. */
  readonly rows: readonly (readonly HtmlPart[])[];
}

/**
 * Roles are written out: a browser forgets them where a style shows a table as something else.
 */
export function tableHtml({ caption, columns, rows }: Table): HtmlText {
  const heads = columns.map(
    (name) => safeHtml`<th role="columnheader" scope="col">${name}</th>`,
  );
  const lines = rows.map(
    (cells) =>
      safeHtml`<tr role="row">${joinHtml(
        cells.map((cell, index) => cellHtml(cell, columns[index] ?? "", index)),
      )}</tr>`,
  );
  return safeHtml`<table role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${joinHtml(heads)}</tr></thead>
<tbody role="rowgroup">
${joinHtml(lines, LINE_END)}
</tbody>
</table>`;
}

function cellHtml(cell: HtmlPart, column: string, index: number): HtmlText {
  return index === 0
    ? safeHtml`<th role="rowheader" scope="row" data-label="${column}">${cell}</th>`
    : safeHtml`<td role="cell" data-label="${column}">${cell}</td>`;
}

/** A part of a page with a heading; `id` is one of our own words. */
export function sectionHtml(
  id: string,
  title: string,
  content: readonly HtmlPart[],
): HtmlText {
  return safeHtml`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${joinHtml(content, LINE_END)}
</section>`;
}

/** Names and what they stand for. */
export function factsHtml(
  facts: readonly (readonly [name: string, value: HtmlPart])[],
): HtmlText {
  const lines = facts.map(
    ([name, value]) => safeHtml`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  );
  return safeHtml`<dl>${joinHtml(lines)}</dl>`;
}

/** Where the pages of a long list are. */
export interface Pages {
  /** What is paged, for those who hear it. */
  readonly label: string;
  readonly page: number;
  readonly pageCount: number;
  readonly addressOf: (page: number) => string;
}

/** Links to the pages before and after; nothing where there is one. */
export function pagesHtml({
  label,
  page,
  pageCount,
  addressOf,
}: Pages): HtmlText {
  if (pageCount < 2) return NOTHING;
  const link = (to: number, text: string): HtmlText =>
    safeHtml`<a href="${addressOf(to)}">${text}</a>`;
  return safeHtml`<nav class="pages" aria-label="${label}">
${page > 1 ? link(page - 1, "Previous page") : NOTHING}
<span>Page ${page} of ${pageCount}</span>
${page < pageCount ? link(page + 1, "Next page") : NOTHING}
</nav>`;
}

/** Items as a list. */
export function listHtml(items: readonly HtmlPart[]): HtmlText {
  const lines = items.map((item) => safeHtml`<li>${item}</li>`);
  return safeHtml`<ul>
${joinHtml(lines, LINE_END)}
</ul>`;
}
