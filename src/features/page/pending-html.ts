import type { Plan } from "../../domain/generated/plan.ts";
import type { PlanApproval } from "../../domain/reconcile/orders.ts";
import type { PendingPlan } from "../../domain/reconcile/status.ts";
import { joinHtml, safeHtml, type HtmlText } from "../../output/escape-html.ts";
import type { HtmlLevel } from "../../output/html-parts.ts";
import { clip } from "../../util/clip.ts";
import { countText } from "../../util/count.ts";
import { sheetHtml } from "../plan/sheet-html.ts";
import { tallyLine } from "../plan/sheet-text.ts";
import { decisionSheet } from "../plan/sheet-view.ts";
import type { EnvironmentPage } from "./environment-page.ts";
import {
  environmentAddress,
  listHtml,
  nameText,
  sectionHtml,
  timeHtml,
} from "./parts-html.ts";

const MOST_REASONS = 10;
const MOST_APPROVALS = 20;
const SHEET_LEVEL: HtmlLevel = { heading: 3, prefix: "plan-" };
const PLAIN = { color: false, width: 80 };

const KINDS: Readonly<Record<PendingPlan["kind"], string>> = {
  heal: "It takes drift back to what was applied last.",
  rollout: "It rolls out documents that were never applied here.",
};

/** The plan that waits, in sentences, and what it waits for. */
export function pendingSection(page: EnvironmentPage): HtmlText[] {
  const { pending } = page.status;
  if (pending === null) return [];
  return [
    sectionHtml("pending", "Plan that waits", [
      safeHtml`<p>${KINDS[pending.kind]} Made ${timeHtml(pending.since, page.now)}.</p>`,
      ...waitsFor(pending),
      safeHtml`<p>Approve it by this digest, which stays the same while the plan would do the same:<br><code>${clip(pending.intentDigest, 200)}</code></p>`,
      ...approvals(page, pending),
      sheetPart(page.pending, pending, page.status.environment),
    ]),
  ];
}

function waitsFor({ waitsFor: reasons }: PendingPlan): HtmlText[] {
  if (reasons.length === 0) return [];
  const rest = reasons.length - MOST_REASONS;
  return [
    safeHtml`<p>It waits:</p>`,
    listHtml([
      ...reasons.slice(0, MOST_REASONS).map((reason) => clip(reason, 500)),
      ...(rest > 0 ? [`and ${countText(rest)} more reasons`] : []),
    ]),
  ];
}

/** Approvals that are given and not used up yet. */
function approvals(
  { orders, now }: EnvironmentPage,
  { intentDigest }: PendingPlan,
): HtmlText[] {
  const given = orders.approvals.filter(
    (approval) => approval.intentDigest === intentDigest,
  );
  if (given.length === 0) return [];
  const names = given
    .slice(0, MOST_APPROVALS)
    .map(
      ({ by, at }: PlanApproval) =>
        safeHtml`${nameText(by)} (${timeHtml(at, now)})`,
    );
  return [safeHtml`<p>Approved by ${joinHtml(names, ", ")}.</p>`];
}

/**
 * Only of the plan whose digest stands above it: of another one would be read what is not approved.
 */
function sheetPart(
  plan: Plan | null,
  pending: PendingPlan,
  environment: string,
): HtmlText {
  if (plan?.intent_digest !== pending.intentDigest)
    return safeHtml`<p class="refusal">The plan itself cannot be shown now: what is stored is not the one with this digest. The next tick makes it anew.</p>`;
  const sheet = decisionSheet(plan);
  return safeHtml`<div class="plan">
<p class="numbers">${tallyLine(sheet.tally, PLAIN)}</p>
${joinHtml(sheetHtml(sheet, { level: SHEET_LEVEL, isWhole: false }), safeHtml`\n`)}
<p><a href="${environmentAddress(environment)}/plan">The whole plan, every change in full</a></p>
</div>`;
}
