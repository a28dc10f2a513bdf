import type { SyncState } from "../../domain/reconcile/status.ts";
import {
  joinHtml,
  safeHtml,
  type HtmlPart,
  type HtmlText,
} from "../../output/escape-html.ts";
import { countOf, countText } from "../../util/count.ts";
import {
  addressOf,
  MODES,
  SYNC_STATES,
  type Choice,
  type Chosen,
  type NeedyRow,
} from "./choose-rows.ts";
import { framedPage } from "./frame-html.ts";
import { NEED_NAMES, needsHtml, syncHtml } from "./need-words.ts";
import { NEEDS } from "./overview-row.ts";
import {
  environmentAddress,
  nameText,
  pagesHtml,
  tableHtml,
  timeHtml,
} from "./parts-html.ts";

/** What the first page shows. */
export interface ListPage {
  readonly chosen: Chosen;
  readonly choice: Choice;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly readAt: number;
}

/** All environments, those that need a person first. Deterministic. */
export function renderListPage(page: ListPage): string {
  const { chosen, choice, now, readAt } = page;
  return framedPage({
    title: "Environments",
    header: safeHtml`<h1>Environments</h1>
<p class="numbers">${countOf(chosen.totalCount, "environment")} · ${countText(chosen.needyCount)} to look after</p>`,
    main: [
      shortcuts(page),
      searchForm(choice),
      safeHtml`<section id="first" aria-label="Environments">
<div id="rows">${tableHtml({
        caption: captionOf(chosen),
        columns: [
          "Environment",
          "To look after",
          "Sync",
          "Mode",
          "Last success",
          "Next tick",
        ],
        rows: chosen.rows.map((row) => cellsOf(row, now)),
      })}</div>
${pagesHtml({
  label: "Pages of environments",
  page: chosen.page,
  pageCount: chosen.pageCount,
  addressOf: (to) => addressOf({ ...choice, page: to }),
})}
</section>`,
    ],
    readAt: timeHtml(new Date(readAt).toISOString(), now),
  });
}

function captionOf({ rows, matchCount, totalCount }: Chosen): string {
  if (totalCount === 0) return "No environment was reconciled yet.";
  if (matchCount === 0) return "No environment is like that.";
  return `${countText(rows.length)} of ${countOf(matchCount, "environment")}, those that need a person first`;
}

/** What is asked for most, with how many there are. */
function shortcuts({ chosen, choice }: ListPage): HtmlText {
  const links: readonly (readonly [string, string, number])[] = [
    ["", "All", chosen.totalCount],
    ["any", "To look after", chosen.needyCount],
    ...NEEDS.filter((need) => chosen.needCounts[need] > 0).map(
      (need) => [need, NEED_NAMES[need], chosen.needCounts[need]] as const,
    ),
  ];
  const items = links.map(([problem, name, count]) => {
    const address = addressOf({ problem });
    const text = `${name} (${countText(count)})`;
    return choice.problem === problem
      ? safeHtml`<li><a href="${address}" aria-current="true">${text}</a></li>`
      : safeHtml`<li><a href="${address}">${text}</a></li>`;
  });
  return safeHtml`<nav aria-label="Shortcuts"><ul>${joinHtml(items)}</ul></nav>`;
}

function searchForm(choice: Choice): HtmlText {
  const syncNames: Readonly<Record<SyncState, string>> = {
    "in-sync": "in sync",
    drifted: "drifted",
    pending: "pending",
    unknown: "unknown",
  };
  const isCode =
    choice.problem !== "" &&
    choice.problem !== "any" &&
    !NEEDS.some((need) => need === choice.problem);
  return safeHtml`<form method="get" action="/" role="search">
<label for="q">Name <input id="q" name="q" type="search" autocomplete="off" maxlength="100" value="${choice.q}"></label>
${select(
  "sync",
  "Sync",
  choice.sync,
  SYNC_STATES.map((sync) => [sync, syncNames[sync]]),
)}
${select(
  "mode",
  "Mode",
  choice.mode,
  MODES.map((mode) => [mode, mode]),
)}
${select("problem", "To look after", choice.problem, [
  ["any", "anything"],
  ...NEEDS.map((need) => [need, NEED_NAMES[need].toLowerCase()] as const),
  ...(isCode ? [[choice.problem, choice.problem] as const] : []),
])}
<button type="submit">Show</button>
</form>`;
}

function select(
  name: string,
  label: string,
  chosen: string,
  choices: readonly (readonly [value: string, text: string])[],
): HtmlText {
  const options = [["", "all"] as const, ...choices].map(([value, text]) =>
    value === chosen
      ? safeHtml`<option value="${value}" selected>${text}</option>`
      : safeHtml`<option value="${value}">${text}</option>`,
  );
  return safeHtml`<label for="${name}">${label} <select id="${name}" name="${name}">${joinHtml(options)}</select></label>`;
}

function cellsOf({ row, needs }: NeedyRow, now: number): readonly HtmlPart[] {
  const production = row.isProduction
    ? safeHtml` <strong>PRODUCTION</strong>`
    : safeHtml``;
  return [
    safeHtml`<a href="${environmentAddress(row.environment)}">${nameText(row.environment)}</a>${production}`,
    needsHtml(row, needs, now),
    syncHtml(row.sync),
    row.mode,
    timeHtml(row.lastSuccessAt, now),
    timeHtml(row.nextTickAt, now),
  ];
}
