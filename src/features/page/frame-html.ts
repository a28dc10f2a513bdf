import type { HtmlPart } from "../../output/escape-html.ts";
import { safeHtml } from "../../output/escape-html.ts";
import {
  BASE_STYLE,
  htmlPage,
  pagePolicy,
  type PageKind,
} from "../../output/html-page.ts";

/** What the pages of the server have beside what every page has. */
const STYLE = `${BASE_STYLE}
:root { --good: #11632f; --back: #f3f4f6; --link: #0a4da3; }
@media (prefers-color-scheme: dark) { :root { --good: #7ed69b; --back: #22262b; --link: #9cc4ff; } }
a { color: var(--link); } a:focus-visible, input:focus-visible, select:focus-visible,
button:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: var(--faint); }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-top: 1px solid var(--line); }
tbody th { font-weight: normal; }
.badge { font-weight: bold; white-space: nowrap; } .badge.worst { color: var(--worst); }
.badge.bad { color: var(--bad); } .badge.good { color: var(--good); } .badge.faint { color: var(--faint); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .5rem 1.5rem; margin: .5rem 0; }
dl > div { min-width: 0; } dt { color: var(--faint); font-size: .9rem; } dd { margin: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; }
nav a { display: inline-block; padding: .2rem 0; } [aria-current] { font-weight: bold; }
.pages { display: flex; gap: 1rem; margin: .75rem 0; }
.plan { border: 1px solid var(--line); border-radius: .4rem; padding: .75rem 1rem; background: var(--back); }
.refusal { border-left: .3rem solid var(--worst); padding: .25rem .75rem; background: var(--back); }
fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: .75rem 0; padding: .25rem 1rem .75rem; }
button { font: inherit; padding: .3rem .9rem; cursor: pointer; } [aria-pressed="true"]::before { content: "✓ "; }
label.line { display: flex; gap: .5rem; align-items: baseline; }
@media (max-width: 46rem) {
  thead { position: absolute; left: -100rem; } table, tbody, tr, th, td, caption { display: block; }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; } tbody th, td { border: 0; padding: .1rem 0; }
  td::before { content: attr(data-label) ": "; color: var(--faint); } tbody th { font-size: 1.05rem; }
}
@media print { .skip, nav, .orders, #again { display: none; } a { color: inherit; } .plan { background: none; } }
`;

/**
 * Shows the switch that is of no use without it. While it is on, the main part is read again each
 * minute, unless somebody is at work in it. Typing in the search hides rows of this page that do
 * not match; the form asks for those of all pages.
 */
const SCRIPT = `
"use strict";
const again = document.getElementById("again");
const isBusy = () => document.hidden
  || document.querySelector("main :focus, details[open]") !== null
  || !document.getSelection().isCollapsed
  || Array.from(document.querySelectorAll("main input")).some((input) => input.value !== input.defaultValue);
const refresh = async () => {
  if (again.getAttribute("aria-pressed") !== "true" || isBusy()) return;
  const reply = await fetch(location.href, { credentials: "same-origin" });
  if (!reply.ok || isBusy()) return;
  const next = new DOMParser().parseFromString(await reply.text(), "text/html");
  for (const name of ["header", "main"]) {
    const [old, fresh] = [document, next].map((each) => each.querySelector("body > " + name));
    if (old !== null && fresh !== null) old.replaceWith(fresh);
  }
};
if (again !== null) {
  again.hidden = false;
  again.addEventListener("click", () => {
    again.setAttribute("aria-pressed", again.getAttribute("aria-pressed") === "true" ? "false" : "true");
  });
  setInterval(() => { refresh().catch(() => {}); }, 60000);
}
document.addEventListener("input", (event) => {
  if (event.target.id !== "q") return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const row of document.querySelectorAll("#rows tbody tr"))
    row.hidden = !row.querySelector("th").textContent.toLowerCase().includes(wanted);
});
`;

const KIND: PageKind = {
  style: STYLE,
  script: SCRIPT,
  directives: ["connect-src 'self'", "form-action 'self'"],
  // With "no-referrer" a browser names no origin with a form, and nobody could tell whose it is.
  referrer: "same-origin",
};

/** The policy of the pages that {@link framedPage} makes, for the answer's header. */
export const FRAME_POLICY = `${pagePolicy(KIND)}; frame-ancestors 'none'`;

/** What differs from page to page. */
export interface Framed {
  readonly title: string;
  readonly header: HtmlPart;
  readonly main: readonly HtmlPart[];
  /** When what is shown was read, as HTML. */
  readonly readAt: HtmlPart;
}

/** A page of the server. */
export function framedPage({ title, header, main, readAt }: Framed): string {
  return htmlPage(
    {
      title: `${title} · tieline`,
      header: safeHtml`<a class="skip" href="#first">Skip to the content</a>
${header}`,
      main,
      footer: safeHtml`<p class="faint">Read ${readAt}. <button id="again" type="button" aria-pressed="true" hidden>Read again each minute</button></p>`,
    },
    KIND,
  );
}
