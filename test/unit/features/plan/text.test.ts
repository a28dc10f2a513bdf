import { describe, expect, it } from "vitest";
import type { Plan } from "../../../../src/domain/generated/plan.ts";
import { renderPlan } from "../../../../src/features/plan/text.ts";
import {
  aFullChange,
  aFullPlan,
  anEmptyPlan,
  friendly,
} from "../../../support/render-samples.ts";

const STYLE = { color: false, width: 80 };
const text = (plan: Plan, verbose = false): string =>
  renderPlan(plan, STYLE, { verbose });
const lines = (printed: string): string[] => printed.trimEnd().split("\n");
const lastLine = (printed: string): string | undefined => lines(printed).at(-1);

function anApplicablePlan(): Plan {
  return { ...aFullPlan(friendly), findings: [] };
}

describe("renderPlan", () => {
  it("ends with how to apply it only where it is told: who applies needs no such line", () => {
    expect(text(anApplicablePlan())).not.toContain("To apply it");
  });

  it("names the command it was given", () => {
    const printed = renderPlan(anApplicablePlan(), STYLE, {
      verbose: false,
      next: "tieline apply plan.json",
    });
    expect(lines(printed).at(-2)).toBe("To apply it: tieline apply plan.json");
  });

  it("offers no apply when a guard refuses", () => {
    const printed = text(aFullPlan(friendly));
    expect(printed).not.toContain("To apply it");
    expect(lines(printed).at(-2)).toMatch(/^Refused: 1 finding/u);
  });

  it("ends with the numbers it begins with", () => {
    const printed = text(aFullPlan(friendly));
    expect(lastLine(printed)).toContain("REFUSED: 1 · 8 of 38 connections");
    expect(lastLine(printed)).toBe(lines(printed)[1]);
  });

  it("claims nothing about documents that nothing could be planned for", () => {
    const plan = { ...aFullPlan(friendly), changes: [] };
    const summary = { ...anEmptyPlan().summary };
    expect(text({ ...plan, summary })).not.toContain("matches the documents");
    expect(text({ ...plan, summary })).toContain("Nothing can be planned");
  });

  it("shows what is equal once, and names the others", () => {
    const changes = ["a", "b", "c"].map((key) => ({
      ...aFullChange(friendly, "update"),
      key,
    }));
    const printed = text({ ...anEmptyPlan(), changes });
    expect(printed.match(/^~ update/gmu)).toHaveLength(1);
    expect(printed).toContain("the same: b, c");
  });

  it("offers no apply when there is nothing to do", () => {
    expect(lastLine(text(anEmptyPlan()))).toBe(
      "No changes. dev matches the documents.",
    );
  });

  it("says that uncommitted documents are in it, and only when it is known", () => {
    const source = {
      commit: "1a2b3c4",
      dirty: null,
      documents_digest: "",
      rules: {},
    };
    const plan = anEmptyPlan();
    expect(text(plan)).toContain("with uncommitted changes");
    expect(text({ ...plan, source })).not.toContain("uncommitted");
  });

  it("tells of a replacement though no risk of the plan does", () => {
    const change = { ...aFullChange(friendly, "replace"), risks: [] };
    const printed = text({ ...anEmptyPlan(), changes: [change] });
    expect(printed).toContain("HIGH gmail-support  The connection is deleted");
  });

  it("tells steps only when verbose, and always where a secret comes from", () => {
    const steps = "steps: configure, record";
    const origin = "from secret://gmail/client_secret";
    expect(text(anApplicablePlan(), true)).toContain(steps);
    expect(text(anApplicablePlan(), true)).toContain(origin);
    expect(text(anApplicablePlan())).not.toContain(steps);
    expect(text(anApplicablePlan())).toContain(origin);
  });

  it("cuts long sets by whole members unless verbose", () => {
    const change = aFullChange(friendly, "update");
    const after = Array.from({ length: 30 }, (_, index) => `s${String(index)}`);
    const fields = change.fields
      .slice(0, 1)
      .map((field) => ({ ...field, before: [], after }));
    const plan = { ...anEmptyPlan(), changes: [{ ...change, fields }] };
    expect(text(plan)).toContain('+"s19"\n      +10 more\n');
    expect(text(plan, true)).toContain('+"s29"\n');
  });

  it("does not leave a set without members unexplained", () => {
    const change = aFullChange(friendly, "update");
    const fields = change.fields
      .slice(0, 1)
      .map((field) => ({ ...field, before: ["a"], after: ["a"] }));
    const plan = { ...anEmptyPlan(), changes: [{ ...change, fields }] };
    expect(text(plan)).toContain("/scopes: same members");
  });

  it("counts the findings it does not show", () => {
    const finding = { code: "PLN001", level: "warn" as const, message: "m" };
    const findings = Array.from({ length: 101 }, () => finding);
    expect(text({ ...anEmptyPlan(), findings })).toContain(
      "\n1 more finding not shown here; --verbose shows all of them\n",
    );
  });

  it("tells who allowed what a guard would refuse, and until when", () => {
    const finding = { code: "PLN001", level: "warn" as const, message: "m" };
    const allowed = (override: { reason: string; until?: string }): string =>
      text({ ...anEmptyPlan(), findings: [{ ...finding, override }] });
    expect(allowed({ reason: "agreed", until: "2026-12-31" })).toContain(
      "\n  allowed until 2026-12-31: agreed\n",
    );
    expect(allowed({ reason: "agreed" })).toContain("\n  allowed: agreed\n");
  });

  it("speaks of one and of many in the notes", () => {
    const ref = { key: "a", remote_id: "conn_1", provider: "gmail" };
    const one = { ...anEmptyPlan(), orphans: [ref], unmanaged: [ref] };
    const two = { ...one, orphans: [ref, ref], unmanaged: [ref, ref] };
    expect(text(one)).toContain("1 live connection is not managed here: a");
    expect(text(two)).toContain(
      "2 live connections are not managed here: a, a",
    );
    expect(text(two)).toContain("no document declares are kept");
  });

  it("says the same twice", () => {
    expect(text(aFullPlan(friendly))).toBe(text(aFullPlan(friendly)));
  });
});
