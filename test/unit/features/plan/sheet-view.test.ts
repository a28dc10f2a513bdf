import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  Plan,
  PlanChange,
  PlanRisk,
} from "../../../../src/domain/generated/plan.ts";
import { decisionSheet } from "../../../../src/features/plan/sheet-view.ts";
import { renderPlan } from "../../../../src/features/plan/text.ts";
import {
  aFullChange,
  anEmptyPlan,
  friendly,
} from "../../../support/render-samples.ts";

const STYLE = { color: false, width: 80 };

/** Equal but for the name and what is given. */
function aChange(key: string, given: Partial<PlanChange> = {}): PlanChange {
  return {
    ...aFullChange(friendly, "update"),
    key,
    fields: [],
    secrets: [],
    risks: [],
    ...given,
  };
}

const risk = (level: PlanRisk["level"], message: string): PlanRisk => ({
  code: "a.risk",
  level,
  message,
});
const planOf = (changes: readonly PlanChange[]): Plan => ({
  ...anEmptyPlan(),
  changes: [...changes],
});
const keysOf = (
  entries: readonly { readonly keys: readonly string[] }[],
): readonly (readonly string[])[] => entries.map(({ keys }) => keys);

const changes = fc
  .array(
    fc.record({
      level: fc.constantFrom("critical", "high", "warning", "info", null),
      message: fc.constantFrom("One.", "Two.", "Three."),
      action: fc.constantFrom("create", "update", "delete", "noop"),
    }),
    { maxLength: 30 },
  )
  .map((list) =>
    list.map(({ level, message, action }, index) =>
      aChange(`c${String(index)}`, {
        action,
        risks: level === null ? [] : [risk(level, message)],
      }),
    ),
  );

describe("decisionSheet", () => {
  it("tells every change once, by the worst that is said of it", () => {
    fc.assert(
      fc.property(changes, (list) => {
        const { decide, warnings, routine } = decisionSheet(planOf(list));
        const told = keysOf([...decide, ...warnings, ...routine]).flat();
        expect([...told].sort()).toEqual(list.map(({ key }) => key).sort());
        for (const { key, action, risks } of list) {
          const isDangerous =
            action === "delete" ||
            risks.some(({ level }) => level === "critical" || level === "high");
          expect(keysOf(decide).flat().includes(key)).toBe(isDangerous);
        }
      }),
    );
  });

  it("orders by danger, and among equals what is unlike the rest first", () => {
    const sheet = decisionSheet(
      planOf([
        aChange("a", { risks: [risk("high", "Same.")] }),
        aChange("b", { risks: [risk("high", "Same.")] }),
        aChange("y", { risks: [risk("high", "Odd.")] }),
        aChange("z", { risks: [risk("critical", "Worst.")] }),
      ]),
    );
    expect(keysOf(sheet.decide)).toEqual([["z"], ["y"], ["a", "b"]]);
    expect(sheet.tally.decisionCount).toBe(4);
  });

  it("says once what differs in numbers of accounts only, and sums them", () => {
    const of = (key: string, count: number): PlanChange =>
      aChange(key, {
        impact: { connected_accounts: count },
        risks: [risk("high", `Moves ${String(count)} connected accounts.`)],
      });
    const [group] = decisionSheet(planOf([of("a", 3), of("b", 40)])).decide;
    expect(group?.sentences).toEqual(["Moves their connected accounts."]);
    expect(group?.accounts).toBe(43);
  });

  it("never counts accounts that nobody could count", () => {
    const { tally } = decisionSheet(
      planOf([
        aChange("a", { impact: { connected_accounts: "unknown" } }),
        aChange("b", { impact: { connected_accounts: 7 } }),
        aChange("c", { impact: null }),
      ]),
    );
    expect(tally).toMatchObject({ accounts: 7, uncountedCount: 1 });
  });

  it("names the variable, the template and the secret that several changes come from", () => {
    const field = (layer: "variable" | "template" | "overlay") => ({
      path: "/credentials/client_id",
      class: "edit" as const,
      effect: "write" as const,
      semantics: "scalar" as const,
      before: "a",
      after: "b",
      location: {
        file: "x.yaml",
        line: 3,
        column: 1,
        layer,
        ...(layer === "variable" ? { name: "client" } : {}),
      },
    });
    const secrets: PlanChange["secrets"] = [
      { path: "/credentials/a", state: "changed", reference: "env://A" },
    ];
    const fields = [field("variable"), field("template"), field("overlay")];
    const { causes } = decisionSheet(
      planOf([
        aChange("a", { fields, secrets }),
        aChange("b", { fields, secrets }),
      ]),
    );
    expect(causes.map(({ name }) => name)).toEqual([
      "secret env://A",
      "template x.yaml",
      "variable client (x.yaml:3)",
    ]);
    expect(causes.every(({ keys }) => keys.length === 2)).toBe(true);
  });

  it("shows each dangerous change of thousands, and its first lines hold the worst", () => {
    const list = Array.from({ length: 5000 }, (_, index) =>
      aChange(`c${String(index)}`, {
        risks: [
          index % 100 === 0
            ? risk("high", `Reason ${String(index)}.`)
            : risk("info", "Fine."),
        ],
      }),
    );
    list.splice(2500, 0, aChange("worst", { risks: [risk("critical", "!")] }));
    const printed = renderPlan(planOf(list), STYLE, { verbose: false });
    const names = new Set(printed.split(/[\s,]+/u));
    for (const { key, risks } of list)
      if (risks.some(({ level }) => level !== "info"))
        expect(names).toContain(key);
    expect(printed.split("\n").slice(0, 6).join("\n")).toContain("worst");
    expect(printed.length).toBeLessThan(60_000);
  });
});
