import { describe, expect, it } from "vitest";
import { safe } from "../../../src/output/escape.ts";
import type { ReportedFinding } from "../../../src/output/findings.ts";
import { findingsForms } from "../../../src/output/findings-forms.ts";
import { COMMENT_BYTES } from "../../../src/output/fit-markdown.ts";
import { parsers } from "../../support/markup.ts";
import {
  aFullDiagnostic,
  friendly,
  type Fill,
} from "../../support/render-samples.ts";
import {
  elementsOf,
  HOSTILE_MARKUP,
  markdownFacts,
} from "../../support/written-pages.ts";

function forms(findings: readonly ReportedFinding[], fill: Fill = friendly) {
  return findingsForms({
    findings,
    root: ".",
    whole: fill("tieline validate"),
    nothing: safe`2 environments valid`,
    closing: [safe`${fill("do this")}`],
  });
}

function filled(fill: Fill): readonly ReportedFinding[] {
  const diagnostic = aFullDiagnostic(fill);
  return [
    { diagnostic },
    { diagnostic: { ...diagnostic, severity: "warning" } },
    { diagnostic: { ...diagnostic, severity: "note" } },
    {
      diagnostic: { ...diagnostic, severity: "warning" },
      suppression: { reason: fill("agreed"), until: fill("2027-01-01") },
    },
  ];
}

describe("findings in Markdown and as a page", () => {
  it.each([1, 100, 10_000])(
    "fit into a comment when there are %i, and count what is left out",
    (count) => {
      const findings = Array.from({ length: count }, (_, index) => ({
        diagnostic: {
          ...aFullDiagnostic((label) => `${label} ${"\u200d@".repeat(40)}`),
          message: `the ${String(index)}th\u202e`,
        },
      }));
      const { markdown, html } = forms(findings);
      const text = markdown?.(COMMENT_BYTES) ?? "";
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_BYTES);
      const left = /([\d,]+) more errors? in the output/u.exec(text)?.[1];
      const told = text.match(/^ {2}why: /gmu)?.length ?? 0;
      expect(told + Number((left ?? "0").replaceAll(",", ""))).toBe(count);
      expect(html?.().match(/<li data-kind/gu)).toHaveLength(count);
    },
  );

  it("say what is the case where nothing was found", () => {
    expect(forms([]).markdown?.(COMMENT_BYTES)).toMatch(
      /^## tieline validate: 2 environments valid\n/u,
    );
  });

  it.skipIf(parsers === undefined).each(HOSTILE_MARKUP)(
    "have no node, no element and no reference that comes from %j",
    (evil) => {
      const written = (fill: Fill) => {
        const { markdown, html } = forms(filled(fill), fill);
        return {
          markdown: markdownFacts(markdown?.(COMMENT_BYTES) ?? ""),
          html: elementsOf(html?.() ?? ""),
        };
      };
      const { markdown, html } = written(friendly);
      const hostile = written((label) => `${label} ${evil}`);
      expect(hostile.html).toEqual(html);
      expect(hostile.markdown).toEqual({
        shape: markdown.shape,
        reference: undefined,
      });
    },
  );
});
