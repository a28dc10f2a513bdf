import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  Plan,
  PlanChange,
} from "../../../../src/domain/generated/plan.ts";
import { renderPlanMarkdown } from "../../../../src/features/plan/markdown.ts";
import { COMMENT_BYTES } from "../../../../src/output/fit-markdown.ts";
import {
  parsers,
  referenceIn,
  shapeOf,
  textRuns,
} from "../../../support/markup.ts";
import {
  aFullChange,
  aFullPlan,
  type Fill,
  friendly,
} from "../../../support/render-samples.ts";

const OPTIONS = {
  maxBytes: COMMENT_BYTES,
  whole: "tieline plan prod --verbose",
};

function rendered(plan: Plan, maxBytes = COMMENT_BYTES): string {
  return renderPlanMarkdown(plan, { ...OPTIONS, maxBytes });
}

/** A plan of many updates, of which those with the numbers delete. */
function largePlan(count: number, deleted: readonly number[]): Plan {
  const changes = Array.from({ length: count }, (_, index): PlanChange => {
    const action = deleted.includes(index) ? "delete" : "update";
    const change = aFullChange((label) => `${label}-${String(index)}`, action);
    return {
      ...change,
      // Enough to differ, so that no two read the same.
      fields: change.fields.slice(0, 1),
      key: `connection-${String(index).padStart(5, "0")}`,
      risks: [],
    };
  });
  return { ...aFullPlan(friendly), changes, findings: [] };
}

const bytesOf = (text: string): number => Buffer.byteLength(text);

describe("a plan in Markdown", () => {
  it("of 5,000 changes fits, names each dangerous one, and counts what it leaves out", () => {
    const deleted = Array.from({ length: 120 }, (_, index) => index * 41);
    const text = rendered(largePlan(5_000, deleted));
    expect(bytesOf(text)).toBeLessThanOrEqual(COMMENT_BYTES);
    expect(bytesOf(text)).toBeGreaterThan(COMMENT_BYTES / 2);
    for (const index of deleted)
      expect(text).toContain(`connection-${String(index).padStart(5, "0")}`);
    expect(text).toMatch(/[\d,]+ more changes in the output of/u);
  });

  it("begins with the environment and the numbers, and ends with them", () => {
    const lines = rendered(aFullPlan(friendly)).trimEnd().split("\n");
    const last = lines.at(-1) ?? "";
    expect(last).toMatch(/needs a decision: \d/iu);
    expect(lines[0]).toMatch(/^## /u);
    expect(lines[0]?.endsWith(last)).toBe(true);
  });

  it("is never longer than it may be, whatever it holds", () => {
    const wide = fc.constantFrom("€", "@", "\u001b", "👩‍👩‍👧", "<", "a");
    fc.assert(
      fc.property(
        wide,
        fc.integer({ min: 1, max: 3_000 }),
        fc.constantFrom(40_000, COMMENT_BYTES),
        (character, length, maxBytes) => {
          const evil = character.repeat(length);
          const text = rendered(
            aFullPlan((label) => label + evil),
            maxBytes,
          );
          expect(bytesOf(text)).toBeLessThanOrEqual(maxBytes);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("is never longer than it may be, however many changes are dangerous", () => {
    const all = Array.from({ length: 6_000 }, (_, index) => index);
    expect(bytesOf(rendered(largePlan(6_000, all)))).toBeLessThanOrEqual(
      COMMENT_BYTES,
    );
  });
});

describe.skipIf(parsers === undefined)("a plan in Markdown, read back", () => {
  const evil = fc.constantFrom(
    "@octo #1 !1 GH-1",
    "https://evil.example www.evil.example a@b.example",
    "</details></pre><script>alert(1)</script>",
    "\n\n# heading\n- [ ] task\n```\n",
    "**bold** _em_ `code` [a](b) ![a](b) | a |",
    "<!-- marker --> &lt; &#64;x",
    "$x$ :smile: ~bug [[_TOC_]] {+ a +}",
    "\n/close\n/merge",
    "86c270e80a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "\u202egnp\u200b",
  );
  const read = (fill: Fill) => {
    const root = parsers?.markdown(rendered(aFullPlan(fill)));
    if (root === undefined) throw new TypeError("not installed");
    return { shape: shapeOf(root), reference: referenceIn(textRuns(root)) };
  };

  it("has no node that comes from outside, and no reference", () => {
    const { shape } = read(friendly);
    fc.assert(
      fc.property(evil, fc.boolean(), (text, isFirst) => {
        const found = read((label) => (isFirst ? text + label : label + text));
        expect(found.reference).toBeUndefined();
        expect(found.shape).toBe(shape);
      }),
      { numRuns: 20 },
    );
  });
});
