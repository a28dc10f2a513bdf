import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { planConnections } from "../../src/engine/plan/plan.ts";
import { recheckGuards } from "../../src/engine/plan/recheck.ts";
import { findContradiction } from "../../src/engine/proof/plan.ts";
import { CHANGES_GUARDS } from "../../src/engine/guards/index.ts";
import { ignoredPointersOf } from "../../src/engine/diff/lifecycle.ts";
import { anyInput, PROPERTY_RUNS } from "../support/arbitraries.ts";

const RUNS = { numRuns: PROPERTY_RUNS };
const AGAIN = new Set<string>(CHANGES_GUARDS.map(({ code }) => code));
vi.setConfig({ testTimeout: 1000 * PROPERTY_RUNS });

describe("what apply derives again", () => {
  it("is what the planner made, of every plan", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const plan = planConnections(input);
        expect(findContradiction(plan, input)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it("finds every refusal again that needs only the changes", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const plan = planConnections(input);
        const again = recheckGuards(plan, { ...input, approvals: [] });
        const refused = (findings: typeof again): unknown[] =>
          findings
            .filter(({ level }) => level === "refuse")
            .map(({ code, key }) => [code, key]);
        // What is ignored on a connection that stands is not sent, so nothing of it is in the plan.
        const ignoring = new Set(
          input.desired
            .filter((desired) => ignoredPointersOf(desired).length > 0)
            .map(({ key }) => key),
        );
        const missing = refused(
          plan.findings.filter(
            ({ code, key }) => AGAIN.has(code) && !ignoring.has(key ?? ""),
          ),
        );
        expect(refused(again)).toEqual(expect.arrayContaining(missing));
        expect(refused(plan.findings)).toEqual(
          expect.arrayContaining(refused(again)),
        );
      }),
      RUNS,
    );
  });
});
