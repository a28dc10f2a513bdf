import type { Plan } from "../../domain/generated/plan.ts";
import { safeHtml } from "../../output/escape-html.ts";
import { TOP_LEVEL } from "../../output/html-parts.ts";
import { countText } from "../../util/count.ts";
import { planChanges, planHeader, planNotes } from "../plan/html.ts";
import { sheetHtml } from "../plan/sheet-html.ts";
import { planView } from "../plan/view.ts";
import { LINES_ON_A_PAGE } from "./drift-html.ts";
import { framedPage } from "./frame-html.ts";
import {
  environmentAddress,
  nameText,
  pagesHtml,
  timeHtml,
} from "./parts-html.ts";

/** The plan that waits, and which page of its changes is shown. */
export interface PlanPage {
  readonly environment: string;
  readonly plan: Plan;
  /** From 1. */
  readonly page: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * A plan that waits, with nothing left out: the decision sheet in full before the first changes,
 * and every change on one of its pages. Deterministic.
 */
export function renderPlanPage({
  environment,
  plan,
  page,
  now,
}: PlanPage): string {
  const view = planView(plan, { showsAll: true });
  const changes = view.changesByDanger;
  const pageCount = Math.max(1, Math.ceil(changes.length / LINES_ON_A_PAGE));
  const shown = Math.min(page, pageCount);
  const start = (shown - 1) * LINES_ON_A_PAGE;
  const some = changes.slice(start, start + LINES_ON_A_PAGE);
  const address = environmentAddress(environment);
  const name = nameText(environment);
  return framedPage({
    title: `Plan for ${name}`,
    header: safeHtml`<nav aria-label="Up"><a href="${address}">${name}</a></nav>
<h1>Plan for ${name}${view.isProduction ? " (PRODUCTION)" : ""}</h1>
${planHeader(view)}`,
    main: [
      safeHtml`<p id="first">Digest of what it would do:<br><code>${plan.intent_digest}</code></p>`,
      ...(shown === 1
        ? [
            ...sheetHtml(view.sheet, { level: TOP_LEVEL, isWhole: true }),
            ...planNotes(view, TOP_LEVEL),
          ]
        : []),
      ...planChanges({ changesByDanger: some }, TOP_LEVEL),
      safeHtml`<p class="faint">${countText(some.length)} of ${countText(changes.length)} changes.</p>`,
      pagesHtml({
        label: "Pages of changes",
        page: shown,
        pageCount,
        addressOf: (to) => `${address}/plan?page=${String(to)}`,
      }),
    ],
    readAt: timeHtml(new Date(now).toISOString(), now),
  });
}
