import { findingLines } from "../../output/diagnostics.ts";
import { joinHtml, safeHtml, type HtmlText } from "../../output/escape-html.ts";
import { htmlPage } from "../../output/html-page.ts";
import { htmlBlock, htmlSection } from "../../output/html-parts.ts";
import {
  nameOfPlan,
  planFilter,
  planFooter,
  planHeader,
  planSections,
} from "../plan/html.ts";
import { planView } from "../plan/view.ts";
import type { EnvironmentDiff } from "./diff.ts";
import type { Compared } from "./json.ts";
import { basisText, hiddenLines, titleText, verdictText } from "./text.ts";

const PLAIN = { color: false, width: 100 };

/**
 * The plans of all environments on one page, one after the other, with one form for all changes.
 */
export function diffHtml(
  compared: Compared,
  environments: readonly EnvironmentDiff[],
): string {
  const views = environments.flatMap((found) =>
    "plan" in found ? [planView(found.plan, { showsAll: true })] : [],
  );
  return htmlPage({
    title: titleText(compared).toString(),
    header: safeHtml`<h1>${titleText(compared)}</h1>
<p class="faint">${titleText(compared)}, ${basisText(compared.from)}</p>`,
    main: [...planFilter(views), ...environments.map(partOf)],
    footer: safeHtml``,
  });
}

function partOf(found: EnvironmentDiff, index: number): HtmlText {
  const id = `e${String(index)}`;
  const part = (name: string, content: readonly HtmlText[]): HtmlText =>
    safeHtml`<article aria-labelledby="${id}">
<h2 id="${id}">${name}</h2>
<p>${verdictText(found)}</p>
${joinHtml(content, safeHtml`\n`)}
</article>`;
  const level = { heading: 3, prefix: `${id}-`, within: id } as const;
  if (found.kind === "unreadable")
    return part(found.name, [
      htmlBlock(found.diagnostics.flatMap((each) => findingLines(each, PLAIN))),
    ]);
  if (found.kind === "removed" || found.kind === "same")
    return part(found.name, []);
  const view = planView(found.plan, { showsAll: true });
  const hidden = hiddenLines(found.hidden);
  return part(nameOfPlan(view), [
    planHeader(view),
    ...planSections(view, level),
    ...(hidden.length === 0
      ? []
      : [
          htmlSection(
            "Shared values that a layer above hides",
            htmlBlock(hidden),
            level,
          ),
        ]),
    planFooter(view, {}),
  ]);
}
