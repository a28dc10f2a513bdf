import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText, safe } from "../../../src/output/escape.ts";
import { safeHtml } from "../../../src/output/escape-html.ts";
import {
  safeMarkdown,
  markdownBlock,
  markdownCode,
} from "../../../src/output/escape-markdown.ts";
import {
  htmlTextOf,
  parsers,
  referenceIn,
  shapeOf,
  textRuns,
  type HtmlNode,
} from "../../support/markup.ts";

const PIECES = [
  ..."\\ ` * _ { } [ ] ( ) < > # + - . ! | ~ = & \" ' @ : / $ % ^ 1 a x".split(
    " ",
  ),
  " ",
  "\n",
  "\t",
  ..."@octo #1 !1 GH-1 KEY-12 $1 ~bug %2 &3 ^alert#1 [vulnerability:1] owner/repo#7 group/project!2 a@b.example".split(
    " ",
  ),
  ..."https://evil.example http://x ftp://x www.evil.example mailto:a@b.example xmpp:a@b.example/c x+y://z".split(
    " ",
  ),
  "86c270e8",
  "owner/repo@86c270e80a1b2c3d4e5f60718293a4b5c6d7e8f9",
  "&amp;",
  "&#64;octo",
  "&lt;b&gt;",
  "```",
  "~~~ js\n",
  "\n\n# heading\n",
  "\n===\n",
  "\n---\n",
  "1. one",
  "2) two",
  "- [ ] task",
  "[x] done",
  "> quote",
  "> [!NOTE]\n> x",
  "[a](javascript:alert)",
  "![a](http://evil.example/x.png)",
  "[^1]",
  "\n[^1]: note",
  "<!-- hidden -->",
  "<b>",
  "</pre>",
  "</details>",
  "<details>",
  "</code>",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '" onclick="x',
  "**bold**",
  "__bold__",
  "~~gone~~",
  "| a | b |\n|---|---|\n",
  ":smile:",
  ":+1:",
  "$x$",
  "$$x$$",
  "[[_TOC_]]",
  "[TOC]",
  "{+ added +}",
  "[- removed -]",
  "\n/close\n",
  "/merge",
  "::error::x",
  "##[group]",
  "\u202egnp",
  "\u2066",
  "\u200b",
  "\u00a0",
  "\ufeff",
  "    indented",
  "two  \nlines",
  "שלום",
  "é",
  "❤️",
];
const evil = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(""));

describe.skipIf(parsers === undefined)("Markdown", () => {
  const read = (text: string) => {
    if (parsers === undefined) throw new TypeError("not installed");
    const root = parsers.markdown(text);
    const runs = textRuns(root);
    return {
      shape: shapeOf(root),
      text: runs.map((run) => run.text).join(""),
      reference: referenceIn(runs),
    };
  };

  const places: readonly (readonly [
    string,
    (part: string) => string,
    string,
    (text: string) => string,
  ])[] = [
    [
      "a paragraph",
      (part) => safeMarkdown`${part}`.toString(),
      "root paragraph /paragraph /root",
      (text) => text,
    ],
    [
      "a heading",
      (part) => safeMarkdown`## x${part}`.toString(),
      "root heading /heading /root",
      (text) => `x${text}`,
    ],
    [
      "a list",
      (part) => safeMarkdown`- ${part}`.toString(),
      "root list listItem paragraph /paragraph /listItem /list /root",
      (text) => text,
    ],
    [
      "weight",
      (part) => safeMarkdown`x **a${part}a** y`.toString(),
      "root paragraph strong /strong /paragraph /root",
      (text) => `x a${text}a y`,
    ],
    [
      "a name",
      (part) => safeMarkdown`x ${markdownCode(part)} y`.toString(),
      "root paragraph /paragraph /root",
      (text) => `x ${text} y`,
    ],
    [
      "a cell",
      (part) => safeMarkdown`|a|b|\n|-|-|\n|${part}|x|`.toString(),
      "root table tableRow tableCell /tableCell tableCell /tableCell /tableRow tableRow tableCell /tableCell tableCell /tableCell /tableRow /table /root",
      (text) => `ab${text}x`,
    ],
    [
      "two parts side by side",
      (part) => safeMarkdown`x ${part}${part}`.toString(),
      "root paragraph /paragraph /root",
      (text) => `x ${text}${text}`,
    ],
  ];

  it.each(places)(
    "holds in %s nothing from outside but its text",
    (_place, write, shape, shown) => {
      fc.assert(
        fc.property(evil, (part) => {
          fc.pre(plainText(part) !== "");
          const found = read(write(part));
          expect(found.shape).toBe(shape);
          expect(found.text).toBe(shown(plainText(part)));
          expect(found.reference).toBeUndefined();
        }),
      );
    },
  );

  it("keeps a block of lines in its element", () => {
    fc.assert(
      fc.property(fc.array(evil, { minLength: 1, maxLength: 4 }), (lines) => {
        const block = markdownBlock(lines.map((line) => safe`${line}`));
        const found = read(safeMarkdown`x\n\n${block}\n\ny`.toString());
        expect(found.shape).toBe(
          "root paragraph /paragraph <pre </pre paragraph /paragraph /root",
        );
        expect(found.text).toBe(`x${lines.map(plainText).join("\n")}\ny`);
        expect(block.toString()).not.toMatch(/^\//mu);
      }),
    );
  });
});

describe.skipIf(parsers === undefined)("HTML", () => {
  it("holds nothing from outside but its text, between tags and in attributes", () => {
    fc.assert(
      fc.property(evil, (part) => {
        const root = parsers?.html(
          safeHtml`<p title="${part}">${part}</p>`.toString(),
        );
        const children: readonly HtmlNode[] = root?.childNodes ?? [];
        expect(children.map(({ nodeName }) => nodeName)).toEqual(["p"]);
        expect(children[0]?.attrs).toEqual([
          { name: "title", value: plainText(part) },
        ]);
        expect(
          (children[0]?.childNodes ?? []).every(
            ({ nodeName }) => nodeName === "#text",
          ),
        ).toBe(true);
        expect(htmlTextOf(root ?? "")).toBe(plainText(part));
      }),
    );
  });
});
