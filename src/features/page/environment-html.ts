import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import type {
  EnvironmentStatus,
  ReconcileProblem,
} from "../../domain/reconcile/status.ts";
import { shortCommit } from "../../domain/provenance.ts";
import { healsLeft } from "../../engine/reconcile/heals.ts";
import {
  safeHtml,
  type HtmlPart,
  type HtmlText,
} from "../../output/escape-html.ts";
import { pageCommand } from "../../output/diagnostics.ts";
import { clip } from "../../util/clip.ts";
import { countText } from "../../util/count.ts";
import { accountsSection, platformSection } from "./accounts-html.ts";
import { driftSection, fightsSection } from "./drift-html.ts";
import type { EnvironmentPage, PageAddress } from "./environment-page.ts";
import { framedPage } from "./frame-html.ts";
import { runsSection, noticesSection } from "./runs-html.ts";
import { needsHtml, suspensionHtml, syncHtml } from "./need-words.ts";
import { ordersSection } from "./orders-html.ts";
import { pendingSection } from "./pending-html.ts";
import {
  needsOf,
  overviewRow,
  suspensionOf,
  type OverviewRow,
} from "./overview-row.ts";
import {
  durationText,
  environmentAddress,
  factsHtml,
  listHtml,
  nameText,
  sectionHtml,
  timeHtml,
} from "./parts-html.ts";

/** Everything about one environment. Deterministic; holds no secret because a status has none. */
export function renderEnvironmentPage(page: EnvironmentPage): string {
  const { status, orders, now, refusal } = page;
  const row = overviewRow(status, orders);
  const name = nameText(status.environment);
  const production = status.isProduction ? " (PRODUCTION)" : "";
  const pageAddress = addressesOf(page);
  return framedPage({
    title: name,
    header: safeHtml`<nav aria-label="Up"><a href="/">All environments</a></nav>
<h1>${name}${production}</h1>
<p>${syncHtml(status.sync)} · ${status.mode}</p>`,
    main: [
      ...(refusal === null
        ? []
        : [safeHtml`<p class="refusal" role="alert">${refusal}</p>`]),
      factsSection(page, row),
      ...problemsSection(status.problems, now),
      ...pendingSection(page),
      ...ordersSection(page),
      ...driftSection(status, page.pages.drift, { now, pageAddress }),
      ...fightsSection(status, now),
      ...accountsSection(status, page.pages.accounts, { now, pageAddress }),
      platformSection(status),
      runsSection(page, pageAddress),
      ...noticesSection(status, now),
    ],
    readAt: timeHtml(new Date(now).toISOString(), now),
  });
}

function addressesOf({ status, pages }: EnvironmentPage): PageAddress {
  const base = environmentAddress(status.environment);
  return (list, page) => {
    const query = new URLSearchParams();
    for (const [name, shown] of Object.entries({ ...pages, [list]: page }))
      if (shown > 1) query.set(name, String(shown));
    return `${base}?${query.toString()}#${list}`;
  };
}

function factsSection(page: EnvironmentPage, row: OverviewRow): HtmlText {
  const { status, now, settings } = page;
  const suspension = suspensionOf(row, now);
  const facts: (readonly [string, HtmlPart])[] = [
    ["To look after", needsHtml(row, needsOf(row, now), now)],
    ["Last success", timeHtml(status.lastSuccessAt, now)],
    ["Next tick", timeHtml(status.nextTickAt, now)],
    ["Last tick", lastTickHtml(status, now)],
    ["Suspended", suspension === null ? "no" : suspensionHtml(suspension, now)],
    ["Platform", clip(status.apiHost ?? "not reached yet", 200)],
    ["Commit", commitHtml(status)],
    ["Applied last", commitText(status.appliedCommit)],
    ["Connections", countText(status.ownedCount)],
    ["Ticks", countText(status.tickCount)],
  ];
  if (settings !== null)
    facts.push(
      ["Interval", durationText(settings.intervalMs)],
      ["Taken back in the last hour", healText(status, settings, now)],
    );
  return sectionHtml("first", "How it stands", [factsHtml(facts)]);
}

function lastTickHtml({ lastTick }: EnvironmentStatus, now: number): HtmlPart {
  if (lastTick === null) return "none yet";
  const { result, startedAt, finishedAt } = lastTick;
  const ms = Date.parse(finishedAt) - Date.parse(startedAt);
  return safeHtml`${result}, ${timeHtml(finishedAt, now)}, took ${durationText(Math.max(0, ms))}`;
}

function commitHtml({ commit, subject }: EnvironmentStatus): HtmlPart {
  return subject === null
    ? commitText(commit)
    : safeHtml`${commitText(commit)} “${clip(subject, 200)}”`;
}

function commitText(commit: string | null): HtmlPart {
  return commit === null
    ? "none"
    : safeHtml`<code>${shortCommit(commit)}</code>`;
}

function healText(
  { heals }: EnvironmentStatus,
  settings: ReconcileSettings,
  now: number,
): string {
  const { maxHealsPerHour } = settings;
  const used = maxHealsPerHour - healsLeft(heals, settings, now);
  return `${countText(used)} of at most ${countText(maxHealsPerHour)}`;
}

const MOST_PROBLEMS = 20;

function problemsSection(
  problems: readonly ReconcileProblem[],
  now: number,
): HtmlText[] {
  if (problems.length === 0) return [];
  const items = problems
    .slice(0, MOST_PROBLEMS)
    .map(
      ({ code, message, fix, since }) =>
        safeHtml`<strong class="critical">${clip(code, 20)}</strong> ${clip(message, 500)} (since ${timeHtml(since, now)})${
          fix === undefined ? safeHtml`` : safeHtml`<br>Fix: ${clip(fix, 500)}`
        }<br>More: <code>${pageCommand(clip(code, 20))}</code>`,
    );
  const rest = problems.length - items.length;
  return [
    sectionHtml("problems", "Problems", [
      listHtml([
        ...items,
        ...(rest > 0 ? [`and ${countText(rest)} more`] : []),
      ]),
    ]),
  ];
}
