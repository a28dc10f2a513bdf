import type { Plan } from "../../domain/generated/plan.ts";
import type { SafeText } from "../../output/escape.ts";
import { joinHtml, safeHtml, type HtmlText } from "../../output/escape-html.ts";
import { htmlPage } from "../../output/html-page.ts";
import {
  filteredLists,
  filterForm,
  htmlBlock,
  htmlParagraphs,
  htmlSection,
  TOP_LEVEL,
  type HtmlLevel,
} from "../../output/html-parts.ts";
import type { Style } from "../../output/style.ts";
import { changeLines, headline } from "./change-text.ts";
import { sheetHtml } from "./sheet-html.ts";
import { tallyLine } from "./sheet-text.ts";
import {
  commitText,
  findingsLines,
  isEmpty,
  noteLines,
  summaryLines,
} from "./text.ts";
import { type PlanView, planView } from "./view.ts";

const PLAIN: Style = { color: false, width: 80 };

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
  const name = nameOfPlan(view);
  return htmlPage({
    title: `Plan for ${name}`,
    header: safeHtml`<h1>Plan for ${name}</h1>
${planHeader(view)}`,
    main: planSections(view, TOP_LEVEL, planFilter([view])),
    footer: planFooter(view, options),
  });
}

/** The environment of a plan, and whether it is one to be careful with. */
export function nameOfPlan(view: PlanView): string {
  return `${view.environment}${view.isProduction ? " (PRODUCTION)" : ""}`;
}

/** Its numbers, and what it was made of. */
export function planHeader(view: PlanView): HtmlText {
  return safeHtml`<p class="numbers">${isEmpty(view) ? "no changes" : tallyLine(view.sheet.tally, PLAIN)}</p>
<p class="faint">${view.apiHost} · ${commitText(view)}</p>`;
}

/** One form for all changes of a page. */
export function planFilter(views: readonly PlanView[]): HtmlText[] {
  const actions = views.flatMap(({ changesByDanger }) =>
    changesByDanger.map(({ action }) => action),
  );
  return actions.length === 0 ? [] : [filterForm("Action", actions)];
}

/**
 * All that a plan says, from what somebody decides on; a form for its changes stands before them.
 */
export function planSections(
  view: PlanView,
  level: HtmlLevel,
  filter: readonly HtmlText[] = [],
): HtmlText[] {
  return [
    ...sheetHtml(view.sheet, { level, isWhole: true }),
    ...planChanges(view, level, filter),
    ...planNotes(view, level),
  ];
}

/** What guards and audits say, and what is left as it is. */
export function planNotes(view: PlanView, level: HtmlLevel): HtmlText[] {
  const notes = [
    ...findingsLines(view, PLAIN),
    ...noteLines(view, { verbose: true }),
  ];
  return linesSection("Findings and notes", notes, level);
}

/** The numbers once more, and how to have it applied. */
export function planFooter(view: PlanView, options: PlanHtmlOptions): HtmlText {
  return htmlParagraphs(
    summaryLines(view, PLAIN, { verbose: true, ...options }),
  );
}

/** Every change in full, most dangerous first. */
export function planChanges(
  { changesByDanger }: Pick<PlanView, "changesByDanger">,
  level: HtmlLevel,
  filter: readonly HtmlText[] = [],
): HtmlText[] {
  if (changesByDanger.length === 0) return [];
  const items = changesByDanger.map((change) => {
    const [, ...lines] = changeLines(change, PLAIN, { verbose: true });
    return { kind: change.action, title: headline(change, PLAIN), lines };
  });
  return [
    htmlSection(
      "Changes, most dangerous first",
      joinHtml([...filter, filteredLists(items, level)], safeHtml`\n`),
      level,
    ),
  ];
}

function linesSection(
  title: string,
  lines: readonly SafeText[],
  level: HtmlLevel,
): HtmlText[] {
  return lines.length === 0
    ? []
    : [htmlSection(title, htmlBlock(lines), level)];
}
