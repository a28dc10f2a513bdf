import type { EnvironmentStatus } from "../../domain/reconcile/status.ts";
import { joinHtml, safeHtml, type HtmlText } from "../../output/escape-html.ts";
import { clip } from "../../util/clip.ts";
import { countOf, countText } from "../../util/count.ts";
import type { PageAddress } from "./environment-page.ts";
import {
  listHtml,
  nameText,
  pagesHtml,
  sectionHtml,
  tableHtml,
  timeHtml,
} from "./parts-html.ts";

/** Connections on a page of drift or of accounts. */
export const LINES_ON_A_PAGE = 50;
const MOST_PATHS = 6;
const MOST_FIGHTS = 30;

/** What a list on a page is shown with. */
export interface ListPlace {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly pageAddress: PageAddress;
}

/** The part of a list that a page shows. A page that is not there is the last one. */
export function pageOf<T>(
  items: readonly T[],
  page: number,
): {
  readonly items: readonly T[];
  readonly page: number;
  readonly pageCount: number;
} {
  const pageCount = Math.max(1, Math.ceil(items.length / LINES_ON_A_PAGE));
  const shown = Math.min(page, pageCount);
  const start = (shown - 1) * LINES_ON_A_PAGE;
  return {
    items: items.slice(start, start + LINES_ON_A_PAGE),
    page: shown,
    pageCount,
  };
}

/** What somebody changed on the platform, by connection and field. */
export function driftSection(
  { drift, proposal }: EnvironmentStatus,
  page: number,
  { now, pageAddress }: ListPlace,
): HtmlText[] {
  if (drift.length === 0) return [];
  const shown = pageOf(drift, page);
  const rows = shown.items.map(({ key, paths, isMissing, since }) => [
    safeHtml`<code>${nameText(key)}</code>`,
    isMissing
      ? safeHtml`<strong class="critical">is gone</strong>`
      : pathsHtml(paths),
    timeHtml(since, now),
  ]);
  return [
    sectionHtml("drift", "Drift", [
      ...(proposal === undefined
        ? []
        : [safeHtml`<p>${clip(proposal.message, 700)}</p>`]),
      tableHtml({
        caption: `${countOf(drift.length, "connection")} that ${drift.length === 1 ? "is" : "are"} not as applied last`,
        columns: ["Connection", "Fields", "Since"],
        rows,
      }),
      pagesHtml({
        label: "Pages of drift",
        page: shown.page,
        pageCount: shown.pageCount,
        addressOf: (to) => pageAddress("drift", to),
      }),
    ]),
  ];
}

function pathsHtml(paths: readonly string[]): HtmlText {
  const shown = paths
    .slice(0, MOST_PATHS)
    .map((path) => safeHtml`<code>${nameText(path)}</code>`);
  const rest = paths.length - shown.length;
  return joinHtml(
    [...shown, ...(rest > 0 ? [`${countText(rest)} more`] : [])],
    ", ",
  );
}

/** Fields that somebody moves again whenever they are taken back. */
export function fightsSection(
  { fights }: EnvironmentStatus,
  now: number,
): HtmlText[] {
  if (fights.length === 0) return [];
  const items = fights
    .slice(0, MOST_FIGHTS)
    .map(
      ({ key, path, healCount, since }) =>
        safeHtml`<code>${nameText(key)}</code> <code>${path === "" ? "(the whole connection)" : nameText(path)}</code>: taken back ${countOf(healCount, "time")} since ${timeHtml(since, now)}, and moved again each time`,
    );
  const rest = fights.length - items.length;
  return [
    sectionHtml("fights", "Somebody else writes here", [
      safeHtml`<p>These fields are left alone until one side gives way: find who writes them, or take their values into the documents.</p>`,
      listHtml([
        ...items,
        ...(rest > 0 ? [clip(`and ${countText(rest)} more`, 40)] : []),
      ]),
    ]),
  ];
}
