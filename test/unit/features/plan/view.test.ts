import { describe, expect, it } from "vitest";
import type {
  Plan,
  PlanAction,
  PlanChange,
} from "../../../../src/domain/generated/plan.ts";
import {
  ACTION_SYMBOLS,
  MAX_FINDINGS,
  planView,
} from "../../../../src/features/plan/view.ts";
import {
  aFullChange,
  aFullPlan,
  anEmptyPlan,
  friendly,
} from "../../../support/render-samples.ts";

function aChange(key: string, action: PlanAction = "update"): PlanChange {
  return { ...aFullChange(friendly, action), key, risks: [] };
}

function aPlanOf(changes: PlanChange[]): Plan {
  return { ...anEmptyPlan(), changes };
}

const many = (count: number): PlanChange[] =>
  Array.from({ length: count }, (_, index) => aChange(`c${String(index)}`));

describe("planView", () => {
  it("gives every action a sign", () => {
    const view = planView(aFullPlan(friendly), { showsAll: false });
    expect(view.changes.map(({ symbol }) => symbol)).toEqual(
      Object.values(ACTION_SYMBOLS),
    );
  });

  it("puts refusals before warnings", () => {
    const view = planView(aFullPlan(friendly), { showsAll: false });
    expect(view.findings.map(({ level }) => level)).toEqual(["refuse", "warn"]);
    expect(view.refusalCount).toBe(1);
  });

  it("keeps the order of the plan, and has what destroys and what is risky first beside it", () => {
    const risky: PlanChange = {
      ...aChange("risky"),
      risks: [{ code: "host.changed", level: "critical", message: "m" }],
    };
    const changes = [...many(3), aChange("gone", "delete"), risky];
    const view = planView(aPlanOf(changes), { showsAll: false });
    const keys = (list: readonly { readonly key: string }[]): string[] =>
      list.map(({ key }) => key);
    expect(keys(view.changes)).toEqual(["c0", "c1", "c2", "gone", "risky"]);
    expect(keys(view.changesByDanger)).toEqual([
      "gone",
      "risky",
      "c0",
      "c1",
      "c2",
    ]);
  });

  it("counts findings beyond what is shown", () => {
    const finding = { code: "PLN001", level: "warn" as const, message: "m" };
    const findings = Array.from({ length: MAX_FINDINGS + 7 }, () => finding);
    const plan = { ...anEmptyPlan(), findings };
    expect(planView(plan, { showsAll: false }).hiddenFindingCount).toBe(7);
    expect(planView(plan, { showsAll: true }).findings).toHaveLength(
      MAX_FINDINGS + 7,
    );
  });

  it("says null where nobody asked for accounts or nothing declares the change", () => {
    const change = { ...aChange("c"), impact: null, location: null };
    const view = planView(aPlanOf([change]), { showsAll: false });
    expect(view.changes[0]).toMatchObject({ accounts: null, place: null });
  });

  it("keeps the end of a permission and its absence apart", () => {
    const finding = { code: "PLN001", level: "warn" as const, message: "m" };
    const plan = {
      ...anEmptyPlan(),
      findings: [{ ...finding, override: { reason: "r" } }, finding],
    };
    const { findings } = planView(plan, { showsAll: false });
    expect(findings.map(({ override }) => override)).toEqual([
      { reason: "r", until: null },
      null,
    ]);
  });
});
