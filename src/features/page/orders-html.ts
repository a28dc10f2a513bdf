import { isSuspended } from "../../domain/reconcile/orders.ts";
import { joinHtml, safeHtml, type HtmlText } from "../../output/escape-html.ts";
import type {
  EnvironmentPage,
  OrderForms,
  OrderKind,
} from "./environment-page.ts";
import {
  environmentAddress,
  nameText,
  sectionHtml,
  timeHtml,
} from "./parts-html.ts";

/** How long a suspension holds, in hours; `""` is until somebody resumes. */
export const SUSPENSION_HOURS: readonly (readonly [
  hours: string,
  text: string,
])[] = [
  ["1", "an hour"],
  ["4", "four hours"],
  ["24", "a day"],
  ["168", "a week"],
  ["", "until somebody resumes"],
];

/** Forms for what whoever looks at the page may do. */
export function ordersSection(page: EnvironmentPage): HtmlText[] {
  const { forms } = page;
  if (forms === null) return [];
  const parts = [
    ...(forms.rights.includes("approve") ? approveForm(page, forms) : []),
    ...(forms.rights.includes("operate") ? operateForms(page, forms) : []),
  ];
  if (parts.length === 0) return [];
  return [
    sectionHtml("orders", "Orders", [
      safeHtml`<p>They are recorded with your name: ${nameText(forms.by)}.</p>`,
      safeHtml`<div class="orders">${joinHtml(parts)}</div>`,
    ]),
  ];
}

function form(
  { status }: EnvironmentPage,
  { token }: OrderForms,
  kind: OrderKind,
  content: HtmlText,
): HtmlText {
  return safeHtml`<form method="post" action="${environmentAddress(status.environment)}/${kind}">
<input type="hidden" name="token" value="${token}">
${content}
</form>`;
}

/** Only for a plan that is shown above it. */
function approveForm(page: EnvironmentPage, forms: OrderForms): HtmlText[] {
  const { pending } = page.status;
  const isShown =
    pending !== null && page.pending?.intent_digest === pending.intentDigest;
  if (!isShown || !pending.isApprovable) return [];
  return [
    safeHtml`<fieldset><legend>Approve the plan that waits</legend>
${form(
  page,
  forms,
  "approve",
  safeHtml`<input type="hidden" name="digest" value="${pending.intentDigest}">
<label class="line" for="read"><input id="read" name="read" type="checkbox" value="yes" required> I have read the plan with this digest</label>
<button type="submit">Approve</button>`,
)}</fieldset>`,
  ];
}

function operateForms(page: EnvironmentPage, forms: OrderForms): HtmlText[] {
  const { orders, now } = page;
  const asked = orders.reconcileNow;
  const note =
    asked === null
      ? safeHtml``
      : safeHtml`<p>${nameText(asked.by)} asked for a tick ${timeHtml(asked.at, now)}; it did not begin yet.</p>`;
  const tick = safeHtml`<fieldset><legend>Look now</legend>
${note}${form(page, forms, "reconcile", safeHtml`<button type="submit">Reconcile now</button>`)}</fieldset>`;
  return [
    tick,
    isSuspended(orders, now)
      ? resumeForm(page, forms)
      : suspendForm(page, forms),
  ];
}

function resumeForm(page: EnvironmentPage, forms: OrderForms): HtmlText {
  // So that nobody lifts a suspension that was made since.
  const at = page.orders.suspension?.at ?? "";
  return safeHtml`<fieldset><legend>Resume</legend>
${form(page, forms, "resume", safeHtml`<input type="hidden" name="suspended_at" value="${at}"><button type="submit">Resume</button>`)}</fieldset>`;
}

function suspendForm(page: EnvironmentPage, forms: OrderForms): HtmlText {
  const choices = SUSPENSION_HOURS.map(
    ([hours, text]) => safeHtml`<option value="${hours}">${text}</option>`,
  );
  return safeHtml`<fieldset><legend>Suspend: nothing is changed here until it ends</legend>
${form(
  page,
  forms,
  "suspend",
  safeHtml`<label for="why">Why <input id="why" name="why" type="text" required maxlength="500" autocomplete="off"></label>
<label for="hours">For <select id="hours" name="hours">${joinHtml(choices)}</select></label>
<button type="submit">Suspend</button>`,
)}</fieldset>`;
}
