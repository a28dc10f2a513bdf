import { joinHtml, safeHtml, type HtmlText } from "./escape-html.ts";
import { htmlPage } from "./html-page.ts";
import {
  filteredLists,
  filterForm,
  htmlParagraphs,
  htmlSection,
} from "./html-parts.ts";
import type { Page, PagePoint } from "./page.ts";

/**
 * A page with everything, to keep, to print and to search in; everything can be read without a
 * script. Deterministic.
 */
export function pageHtml(page: Page): string {
  const lists = page.lists.filter(({ items }) => items.length > 0);
  const kinds = lists.flatMap(({ items }) => items.map(({ kind }) => kind));
  return htmlPage({
    title: page.name.toString(),
    header: safeHtml`<h1>${page.name}</h1>
<p class="numbers">${page.title}</p>`,
    main: [
      ...pointsSection(page.points),
      ...(kinds.length === 0 ? [] : [filterForm("Kind", kinds)]),
      ...lists.map(({ title, items }) =>
        htmlSection(
          title,
          filteredLists(
            items.map(({ kind, lines: [head, ...lines] }) => ({
              kind,
              title: head,
              lines,
            })),
          ),
        ),
      ),
    ],
    footer: htmlParagraphs(page.closing),
  });
}

function pointsSection(points: readonly PagePoint[]): HtmlText[] {
  if (points.length === 0) return [];
  const items = points.map(({ label, text, names }) => {
    const named =
      names === undefined ? safeHtml`` : safeHtml`<code>${names}</code> `;
    const colon = label === "" ? safeHtml`` : safeHtml`${label}: `;
    return safeHtml`<li>${colon}${named}${text ?? ""}</li>`;
  });
  return [
    htmlSection(
      "At a glance",
      safeHtml`<ul>
${joinHtml(items, safeHtml`\n`)}
</ul>`,
    ),
  ];
}
