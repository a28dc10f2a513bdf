import type {
  AccountsLine,
  EnvironmentStatus,
} from "../../domain/reconcile/status.ts";
import { safeHtml, type HtmlText } from "../../output/escape-html.ts";
import { clip } from "../../util/clip.ts";
import { compareText } from "../../util/compare-text.ts";
import { countOf, countText } from "../../util/count.ts";
import { type ListPlace, pageOf } from "./drift-html.ts";
import { accountTotals, expiredOf } from "./overview-row.ts";
import {
  durationText,
  factsHtml,
  nameText,
  pagesHtml,
  sectionHtml,
  tableHtml,
  timeHtml,
} from "./parts-html.ts";

const MOST_WORDS = 6;

/** What is known of connected accounts, those that have to consent again first. */
export function accountsSection(
  { accounts }: EnvironmentStatus,
  page: number,
  { now, pageAddress }: ListPlace,
): HtmlText[] {
  if (accounts === null)
    return [
      sectionHtml("accounts", "Connected accounts", [
        safeHtml`<p>Nobody looked at them yet.</p>`,
      ]),
    ];
  const shown = pageOf([...accounts].sort(compareLines), page);
  return [
    sectionHtml("accounts", "Connected accounts", [
      tableHtml({
        caption: captionOf(accounts),
        columns: ["Connection", "Accounts", "By status", "Last use"],
        rows: shown.items.map((line) => [
          safeHtml`<code>${nameText(line.key)}</code>`,
          line.count === "unknown" ? "unknown" : countText(line.count),
          wordsHtml(line),
          line.lastUsedAt === null
            ? safeHtml`<span class="faint">none known</span>`
            : timeHtml(line.lastUsedAt, now),
        ]),
      }),
      pagesHtml({
        label: "Pages of accounts",
        page: shown.page,
        pageCount: shown.pageCount,
        addressOf: (to) => pageAddress("accounts", to),
      }),
    ]),
  ];
}

/** Those at risk first, then those with the most accounts. */
function compareLines(a: AccountsLine, b: AccountsLine): number {
  return (
    expiredOf(b) - expiredOf(a) ||
    weightOf(b) - weightOf(a) ||
    compareText(a.key, b.key)
  );
}

function weightOf({ count }: AccountsLine): number {
  return count === "unknown" ? Number.MAX_SAFE_INTEGER : count;
}

function captionOf(lines: readonly AccountsLine[]): string {
  const { count, expired, unknown } = accountTotals(lines);
  const parts = [
    `${countOf(count, "account")} of ${countOf(lines.length, "connection")}`,
    `${countText(expired)} expired: their owners have to consent again`,
    ...(unknown > 0
      ? [`nobody knows those of ${countOf(unknown, "connection")}`]
      : []),
  ];
  return parts.join("; ");
}

/** The platform's own words, with how many each is true of. */
function wordsHtml(line: AccountsLine): HtmlText {
  if (line.byStatus === null)
    return safeHtml`<span class="faint">the platform does not say</span>`;
  const words = Object.entries(line.byStatus)
    .sort(([a], [b]) => compareText(a, b))
    .slice(0, MOST_WORDS)
    .map(([word, count]) => `${clip(word, 40)} ${countText(count)}`)
    .join(", ");
  return expiredOf(line) > 0
    ? safeHtml`<strong class="high">${words}</strong>`
    : safeHtml`${words}`;
}

/** What our own requests tell of the platform, and what nobody can know from here. */
export function platformSection({ traffic }: EnvironmentStatus): HtmlText {
  const { requestCount, errorCount, medianMs, slowestMs } = traffic;
  const timeOf = (ms: number | null): string =>
    ms === null ? "no answer yet" : durationText(ms);
  return sectionHtml("platform", "The platform, as seen from here", [
    factsHtml([
      ["Our requests, over the last ticks", countText(requestCount)],
      ["Of them failed", countText(errorCount)],
      ["Answered within, in the middle", timeOf(medianMs)],
      ["Slowest answer", timeOf(slowestMs)],
    ]),
    safeHtml`<p class="faint">The platform does not tell how often the tools of a connection are called, how many of those calls fail, or how long they take. Only what accounts and our own requests show stands here.</p>`,
  ]);
}
