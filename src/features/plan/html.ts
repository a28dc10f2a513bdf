import type { Plan } from "../../domain/generated/plan.ts";
import type { SafeText } from "../../output/escape.ts";
import {
  joinHtml,
  safeHtml,
  type HtmlPart,
  type HtmlText,
} from "../../output/escape-html.ts";
import { htmlPage } from "../../output/html-page.ts";
import type { Style } from "../../output/style.ts";
import { countOf, countText } from "../../util/count.ts";
import { changeLines, headline } from "./change-text.ts";
import {
  type SheetItem,
  type SheetSection,
  sheetSections,
} from "./sheet-sections.ts";
import { tallyLine } from "./sheet-text.ts";
import {
  commitText,
  findingsLines,
  isEmpty,
  noteLines,
  summaryLines,
} from "./text.ts";
import { type ChangeView, type PlanView, planView } from "./view.ts";

const PLAIN: Style = { color: false, width: 80 };

const CHANGES_IN_A_LIST = 50;

/** What to point to. */
interface PlanHtmlOptions {
  /** What to type to have it applied, where it can be. */
  readonly next?: string;
}

/**
 * A plan as one page, to keep, to print and to search in: the decision sheet, then every change in
 * full by danger. Everything can be read without a script. Deterministic.
 */
export function renderPlanHtml(plan: Plan, options: PlanHtmlOptions): string {
  const view = planView(plan, { showsAll: true });
  const production = view.isProduction ? " (PRODUCTION)" : "";
  const name = `${view.environment}${production}`;
  return htmlPage({
    title: `Plan for ${name}`,
    header: safeHtml`<h1>Plan for ${name}</h1>
<p class="numbers">${isEmpty(view) ? "no changes" : tallyLine(view.sheet.tally, PLAIN)}</p>
<p class="faint">${view.apiHost} · ${commitText(view)}</p>`,
    main: [
      ...sheetSections(view.sheet).map(sheetSection),
      ...changesSection(view),
      ...linesSection("Findings and notes", [
        ...findingsLines(view, PLAIN),
        ...noteLines(view, { verbose: true }),
      ]),
    ],
    footer: joinHtml(
      summaryLines(view, PLAIN, { verbose: true, ...options }).map(
        (line) => safeHtml`<p>${line}</p>`,
      ),
      safeHtml`\n`,
    ),
  });
}

/**
 * Our own titles, each of which occurs once: what stands in them is a name for the section, too.
 */
function section(title: string, content: HtmlPart): HtmlText {
  const id = title.toLowerCase().replaceAll(/[^a-z]+/gu, "-");
  return safeHtml`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content}
</section>`;
}

/** There is room: every item is told in full. */
function sheetSection({ title, items }: SheetSection): HtmlText {
  return section(
    title,
    safeHtml`<ul>
${joinHtml(items.map(sheetItem), safeHtml`\n`)}
</ul>`,
  );
}

function sheetItem(item: SheetItem): HtmlText {
  const { level, label, fix, place } = item;
  const word =
    label === ""
      ? safeHtml``
      : safeHtml`<strong class="${level}">${label}</strong> `;
  const where = place === null ? safeHtml`` : safeHtml` (${place})`;
  const [first = "", ...more] = item.sentences;
  const lines: readonly HtmlPart[] = [
    safeHtml`${word}${namesOf(item)}${first}${where}`,
    ...more,
    ...(fix === null ? [] : [`Fix: ${fix}`]),
  ];
  return safeHtml`<li>${joinHtml(lines, safeHtml`<br>`)}</li>`;
}

function namesOf({ keys, accounts }: SheetItem): HtmlText {
  if (keys.length === 0) return safeHtml``;
  const names = joinHtml(
    keys.map((key) => safeHtml`<code>${key}</code>`),
    ", ",
  );
  if (keys.length === 1) return safeHtml`${names} `;
  const feel =
    typeof accounts === "number" && accounts > 0
      ? `, ${countOf(accounts, "account")}`
      : "";
  return safeHtml`${countText(keys.length)} × (${names}${feel}) `;
}

function changesSection({ changesByDanger }: PlanView): HtmlText[] {
  if (changesByDanger.length === 0) return [];
  const actions = [...new Set(changesByDanger.map(({ action }) => action))];
  const choices = actions.map(
    (action) => safeHtml`<option value="${action}">${action}</option>`,
  );
  return [
    section(
      "Changes, most dangerous first",
      safeHtml`<form id="filter" hidden>
<label for="search">Search <input id="search" type="search" autocomplete="off"></label>
<label for="kind">Action <select id="kind"><option value="">all</option>${joinHtml(choices)}</select></label>
<output id="count" for="search kind"></output>
</form>
${joinHtml(listsOf(changesByDanger), safeHtml`\n`)}`,
    ),
  ];
}

/** A browser lays out the lists it shows: one list of thousands would be laid out whole. */
function listsOf(changes: readonly ChangeView[]): HtmlText[] {
  const count = Math.ceil(changes.length / CHANGES_IN_A_LIST);
  return Array.from({ length: count }, (_, index) => {
    const start = index * CHANGES_IN_A_LIST;
    const items = changes.slice(start, start + CHANGES_IN_A_LIST);
    return safeHtml`<ul class="changes">
${joinHtml(items.map(changeItem), safeHtml`\n`)}
</ul>`;
  });
}

function changeItem(change: ChangeView): HtmlText {
  const [, ...details] = changeLines(change, PLAIN, { verbose: true });
  return safeHtml`<li data-kind="${change.action}"><h3>${headline(change, PLAIN)}</h3>${block(details)}</li>`;
}

function linesSection(title: string, lines: readonly SafeText[]): HtmlText[] {
  return lines.length === 0 ? [] : [section(title, block(lines))];
}

/** A line feed after the opening tag is none of the text. */
function block(lines: readonly SafeText[]): HtmlText {
  return lines.length === 0
    ? safeHtml``
    : safeHtml`<pre>\n${joinHtml(lines, safeHtml`\n`)}</pre>`;
}
