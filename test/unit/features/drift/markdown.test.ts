import { describe, expect, it } from "vitest";
import type { DriftReport } from "../../../../src/domain/drift.ts";
import { driftForms } from "../../../../src/features/drift/forms.ts";
import { COMMENT_BYTES } from "../../../../src/output/fit-markdown.ts";
import {
  parsers,
  referenceIn,
  shapeOf,
  textRuns,
} from "../../../support/markup.ts";
import { aFullDriftReport, friendly } from "../../../support/render-samples.ts";

function renderDriftMarkdown(report: DriftReport): string {
  const { markdown } = driftForms(report, { root: ".", places: new Map() });
  return markdown?.(COMMENT_BYTES) ?? "";
}

describe("drift in Markdown", () => {
  it("is never longer than it may be", () => {
    for (const evil of ["\u200d".repeat(3_000), "@".repeat(5_000)]) {
      const text = renderDriftMarkdown(
        aFullDriftReport((label) => label + evil),
      );
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_BYTES);
    }
  });

  it
    .skipIf(parsers === undefined)
    .each([
      "@octo #1 https://evil.example",
      "</pre></details><script>",
      "\n# heading\n- [ ] a\n/close\n",
      "**a** `b` [c](d) 86c270e80a1b2c3d",
    ])("has no node and no reference that comes from %j", (evil) => {
    const read = (text: string) => {
      const root = parsers?.markdown(text);
      if (root === undefined) throw new TypeError("not installed");
      return { shape: shapeOf(root), reference: referenceIn(textRuns(root)) };
    };
    const { shape } = read(renderDriftMarkdown(aFullDriftReport(friendly)));
    expect(
      read(renderDriftMarkdown(aFullDriftReport((label) => label + evil))),
    ).toEqual({ shape, reference: undefined });
  });
});
