import { policyDigest } from "../util/hash.ts";
import { HtmlText, joinHtml, safeHtml, type HtmlPart } from "./escape-html.ts";

/** Light and dark after the reader's wish, black on white on paper; nothing scrolls sideways. */
export const BASE_STYLE = `
:root { color-scheme: light dark; --text: #1b1b1b; --page: #ffffff; --faint: #575757; --line: #c8c8c8;
  --worst: #a30014; --bad: #7a4300; }
@media (prefers-color-scheme: dark) { :root { --text: #ececec; --page: #16181b; --faint: #b3b3b3;
  --line: #4a4d52; --worst: #ff9a94; --bad: #f2c078; } }
body { margin: 0 auto; padding: 1rem; max-width: 75rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .5rem; } .item { font-size: 1rem; margin: 0; font-family: ui-monospace, monospace; }
code, pre { font-family: ui-monospace, monospace; font-size: .9rem; unicode-bidi: isolate; }
pre { margin: .25rem 0 0; white-space: pre-wrap; }
ul { margin: 0; padding-left: 1.25rem; } li { margin: .25rem 0; }
ul.changes { list-style: none; padding: 0; content-visibility: auto; contain-intrinsic-size: auto 300rem; }
ul.changes > li { border-top: 1px solid var(--line); padding: .5rem 0; margin: 0; }
[hidden] { display: none !important; }
.faint { color: var(--faint); } .numbers { font-weight: bold; }
.refused, .critical { color: var(--worst); font-weight: bold; } .high { color: var(--bad); font-weight: bold; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: .5rem 0; }
label { display: grid; gap: .25rem; } input, select { font: inherit; padding: .25rem .5rem; }
footer { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: .5rem; }
@media print { :root { --text: #000; --page: #fff; --faint: #333; --worst: #000; --bad: #000; }
  form { display: none; } ul.changes { content-visibility: visible; }
  ul.changes > li { break-inside: avoid; } }
`;

/** Shows the form that is of no use without it, and only hides what does not match. */
const SCRIPT = `
"use strict";
const form = document.getElementById("filter");
if (form !== null) {
  const search = document.getElementById("search");
  const kind = document.getElementById("kind");
  const count = document.getElementById("count");
  const lists = document.querySelectorAll("ul.changes");
  const items = Array.from(document.querySelectorAll("ul.changes > li"));
  let texts;
  const show = () => {
    const wanted = search.value.trim().toLowerCase();
    texts ??= items.map((item) => item.textContent.toLowerCase());
    let shown = 0;
    items.forEach((item, index) => {
      const fits = (kind.value === "" || item.dataset.kind === kind.value)
        && texts[index].includes(wanted);
      item.hidden = !fits;
      if (fits) shown += 1;
    });
    for (const list of lists) list.hidden = list.querySelector(":scope > li:not([hidden])") === null;
    count.textContent = shown + " of " + items.length + " shown";
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", show);
  kind.addEventListener("change", show);
  count.textContent = items.length + " of " + items.length + " shown";
  form.hidden = false;
}
`;

/** A page of its own. */
export interface HtmlPage {
  readonly title: string;
  readonly header: HtmlPart;
  readonly main: readonly HtmlPart[];
  readonly footer: HtmlPart;
}

/** How pages of a kind look and act, and what they may reach. */
export interface PageKind {
  readonly style: string;
  readonly script: string;
  /** Directives of the policy beside those for style, script and everything that is not named. */
  readonly directives: readonly string[];
  readonly referrer: "no-referrer" | "same-origin";
}

/** One file that needs nothing else and asks for nothing: nothing may be loaded or sent. */
const FILE_PAGE: PageKind = {
  style: BASE_STYLE,
  script: SCRIPT,
  directives: ["form-action 'none'"],
  referrer: "no-referrer",
};

/**
 * The policy of a kind of pages: only our own style and script may act, by their digests, and
 * nothing may be loaded or sent but what the kind says.
 */
export function pagePolicy({ style, script, directives }: PageKind): string {
  return [
    "default-src 'none'",
    `style-src '${policyDigest(style)}'`,
    `script-src '${policyDigest(script)}'`,
    "base-uri 'none'",
    ...directives,
  ].join("; ");
}

/** A whole page, with its policy in it. */
export function htmlPage(page: HtmlPage, kind: PageKind = FILE_PAGE): string {
  const { title, header, main, footer } = page;
  return safeHtml`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(kind)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="${kind.referrer}">
<title>${title}</title>
<style>${new HtmlText(kind.style)}</style>
</head>
<body>
<header>
${header}
</header>
<main>
${joinHtml(main, safeHtml`\n`)}
</main>
<footer>
${footer}
</footer>
<script>${new HtmlText(kind.script)}</script>
</body>
</html>
`.toString();
}
