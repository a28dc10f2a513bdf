import type { PlanSummary } from "../../domain/generated/plan.ts";
import type {
  EnvironmentStatus,
  RunRecord,
  TickReason,
} from "../../domain/reconcile/status.ts";
import { shortCommit } from "../../domain/provenance.ts";
import {
  joinHtml,
  safeHtml,
  type HtmlPart,
  type HtmlText,
} from "../../output/escape-html.ts";
import { shortDigest } from "../../output/words.ts";
import { clip } from "../../util/clip.ts";
import { countOf, countText } from "../../util/count.ts";
import type { EnvironmentPage, PageAddress } from "./environment-page.ts";
import {
  listHtml,
  nameText,
  sectionHtml,
  tableHtml,
  timeHtml,
} from "./parts-html.ts";

/** Runs on a page of history. */
export const RUNS_ON_A_PAGE = 20;
const MOST_MESSAGES = 6;
const MOST_NOTICES = 10;

const REASONS: Readonly<Record<TickReason, string>> = {
  start: "the process started",
  interval: "it was time",
  commit: "a new commit",
  order: "somebody asked",
  retry: "another attempt",
};

/** What was found and done, newest first. */
export function runsSection(
  { runs, hasMoreRuns, pages, now }: EnvironmentPage,
  pageAddress: PageAddress,
): HtmlText {
  const { runs: page } = pages;
  return sectionHtml("runs", "History", [
    runs.length === 0
      ? safeHtml`<p>Nothing ${page > 1 ? "more " : ""}is recorded.</p>`
      : tableHtml({
          caption:
            "Ticks that found or did something new, and what people asked for",
          columns: ["When", "Result", "Why", "What happened"],
          rows: runs.map((run) => runCells(run, now)),
        }),
    // How many there are in all is known to nobody without reading all of them.
    safeHtml`<nav class="pages" aria-label="Pages of history">
${page > 1 ? safeHtml`<a href="${pageAddress("runs", page - 1)}">Newer</a>` : safeHtml``}
${hasMoreRuns ? safeHtml`<a href="${pageAddress("runs", page + 1)}">Older</a>` : safeHtml``}
</nav>`,
  ]);
}

function runCells(run: RunRecord, now: number): readonly HtmlPart[] {
  const facts = [
    ...(run.commit === null ? [] : [`commit ${shortCommit(run.commit)}`]),
    ...(run.planDigest === null
      ? []
      : [`plan ${shortDigest(nameText(run.planDigest))}`]),
    ...(run.approvedBy === null
      ? []
      : [`approved by ${nameText(run.approvedBy)}`]),
    ...(run.summary === null ? [] : [summaryText(run.summary)]),
    countOf(run.requestCount, "request"),
  ];
  const rest = run.messages.length - MOST_MESSAGES;
  const lines: readonly HtmlPart[] = [
    ...run.messages
      .slice(0, MOST_MESSAGES)
      .map((message) => clip(message, 300)),
    ...(rest > 0 ? [`and ${countText(rest)} more`] : []),
    safeHtml`<span class="faint">${facts.join(" · ")}</span>`,
  ];
  return [
    timeHtml(run.finishedAt, now),
    run.result,
    REASONS[run.reason],
    joinHtml(lines, safeHtml`<br>`),
  ];
}

/** `1 create, 2 update`. */
function summaryText(summary: PlanSummary): string {
  const parts = Object.entries(summary)
    .filter(([name, count]) => name !== "unchanged" && Number(count) > 0)
    .map(([name, count]) => `${countText(Number(count))} ${name}`);
  return parts.length === 0 ? "nothing changed" : parts.join(", ");
}

/** Notices that are under way, and those that never arrived. */
export function noticesSection(
  { outbox }: EnvironmentStatus,
  now: number,
): HtmlText[] {
  const waiting = outbox.waiting
    .slice(0, MOST_NOTICES)
    .map(
      ({ notice, attemptCount, nextAttemptAt }) =>
        safeHtml`${clip(notice.title, 200)}: not delivered yet, ${countOf(attemptCount, "attempt")}, next ${timeHtml(nextAttemptAt, now)}`,
    );
  const failed = outbox.settled
    .filter(({ failures }) => failures.length > 0)
    .slice(-MOST_NOTICES)
    .reverse()
    .map(
      ({ title, failures, at }) =>
        safeHtml`${clip(title, 200)} (${timeHtml(at, now)}): ${clip(failures.join("; "), 300)}`,
    );
  if (waiting.length + failed.length === 0) return [];
  return [
    sectionHtml("notices", "Notices that did not arrive", [
      listHtml([...waiting, ...failed]),
    ]),
  ];
}
