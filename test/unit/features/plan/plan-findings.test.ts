import { describe, expect, it } from "vitest";
import type {
  Plan,
  PlanChange,
} from "../../../../src/domain/generated/plan.ts";
import { changeCounts } from "../../../../src/features/plan/change-counts.ts";
import {
  planFindings,
  planRules,
} from "../../../../src/features/plan/plan-findings.ts";
import { sarifLog } from "../../../../src/output/sarif.ts";
import {
  aFullChange,
  aFullPlan,
  anEmptyPlan,
  friendly,
} from "../../../support/render-samples.ts";

type Risk = PlanChange["risks"][number];

function planWith(
  risks: readonly Risk[],
  more: Partial<PlanChange> = {},
): Plan {
  return {
    ...anEmptyPlan(),
    changes: [
      { ...aFullChange(friendly, "update"), ...more, risks: [...risks] },
    ],
  };
}

const prints = (plan: Plan): readonly string[] => {
  const text = JSON.stringify(
    sarifLog(planFindings(plan), {
      prefix: "",
      version: "1",
      rules: planRules([plan]),
    }),
  );
  return [...text.matchAll(/primaryLocationLineHash":"([^"]*)/gu)].map(
    ([, print = ""]) => print,
  );
};

describe("the findings of a plan", () => {
  it("are its refusals, risks and notices, the heavier as errors, at the lines that cause them", () => {
    const told = planFindings(aFullPlan(friendly));
    const refused = told.find(({ weight }) => weight === "refused");
    expect(refused?.diagnostic).toMatchObject({
      code: "PLN001",
      severity: "error",
      location: { file: "environments/dev.yaml", line: 9 },
    });
    expect(
      told.filter(({ diagnostic }) => diagnostic.code === "scope.added"),
    ).toHaveLength(8);
    expect(planFindings(anEmptyPlan())).toEqual([]);
  });

  it("stand at the file of the environment where no document has a line for them", () => {
    const plan = planWith(
      [{ code: "connection.deleted", level: "critical", message: "Gone." }],
      { location: null },
    );
    expect(planFindings(plan)[0]).toMatchObject({
      weight: "critical",
      diagnostic: {
        severity: "error",
        location: { file: "environments/dev/environment.yaml", line: 1 },
      },
    });
  });

  it("keep their fingerprints when lines and accounts move, and have others for another host", () => {
    const risk = (message: string): Risk => ({
      code: "destination.set",
      level: "critical",
      message,
    });
    const at = (line: number) => ({
      location: { file: "connections/a.yaml", line, column: 1 },
    });
    const [before] = prints(
      planWith([risk("Tokens of 140 accounts go to login1.example.")], at(3)),
    );
    const [after] = prints(
      planWith([risk("Tokens of 7 accounts go to login1.example.")], at(30)),
    );
    const [other] = prints(
      planWith([risk("Tokens of 140 accounts go to login2.example.")], at(3)),
    );
    expect(after).toBe(before);
    expect(other).not.toBe(before);
  });

  it("name each kind of risk once, weighed as its worst", () => {
    const plan = planWith([
      { code: "scope.added", level: "info", message: "a" },
      { code: "scope.added", level: "high", message: "b" },
    ]);
    expect(planRules([plan])).toMatchObject([
      { code: "scope.added", level: "warning", securitySeverity: "7.0" },
    ]);
  });
});

describe("the counts of a plan", () => {
  it("are of what is done to the platform, a replacement as both of its halves", () => {
    expect(changeCounts(aFullPlan(friendly))).toEqual({
      create: 2,
      update: 3,
      delete: 2,
    });
    expect(
      changeCounts(planWith([], { action: "adopt", steps: ["record"] })),
    ).toEqual({ create: 0, update: 0, delete: 0 });
  });
});
