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

  it("tells what only applications see apart, and of rules what lets more pass first", () => {
    const local: PlanChange["fields"][number] = {
      path: "/settings/rate_limit",
      class: "edit",
      effect: "local",
      semantics: "scalar",
      before: 600,
      after: 60,
    };
    const sheet = decisionSheet({
      ...planOf([aChange("a", { action: "noop", fields: [local] })]),
      rules: [
        { rule: "freeze", direction: "changed", before: "a", after: "b" },
        {
          rule: "limits.max_deletes",
          direction: "loosened",
          before: 2,
          after: 20,
          location: { file: "environment.yaml", line: 9, column: 3 },
        },
        {
          rule: "secrets.opened_by",
          name: "prod.yaml",
          direction: "loosened",
          before: ["age1a"],
          after: ["age1a", "age1b"],
        },
      ],
    });
    expect(sheet.local.map(({ sentences }) => sentences)).toEqual([
      ["settings.rate_limit 600 -> 60"],
    ]);
    expect(sheet.routine).toEqual([]);
    expect(sheet.rules).toEqual([
      {
        direction: "loosened",
        sentence: "limits.max_deletes 2 -> 20",
        place: "environment.yaml:9",
      },
      {
        direction: "loosened",
        sentence: 'secrets.opened_by prod.yaml +"age1b"',
        place: null,
      },
      { direction: "changed", sentence: 'freeze "a" -> "b"', place: null },
    ]);
    expect(sheet.tally.loosenedCount).toBe(2);
  });

  it("says where an override comes with what it lets through", () => {
    const plan: Plan = {
      ...planOf([
        aChange("crm", { risks: [risk("critical", "Goes elsewhere.")] }),
      ]),
      findings: [
        {
          code: "PLN107",
          level: "warn",
          key: "crm",
          message: "moves",
          override: { reason: "agreed" },
        },
      ],
      rules: [
        {
          rule: "overrides",
          name: "PLN107:crm",
          direction: "loosened",
          after: {},
          location: { file: "environment.yaml", line: 21, column: 5 },
        },
      ],
    };
    expect(decisionSheet(plan).decide[0]?.sentences).toEqual([
      "Goes elsewhere.",
      "PLN107 is allowed by an override that THIS change adds (environment.yaml:21): Agreed.",
    ]);
  });

  it("lets no text that people write push another one away, nor cost more than its length", () => {
    const long = "9".repeat(400_000);
    const plan: Plan = {
      ...planOf([
        aChange("crm", { risks: [risk("critical", "Goes elsewhere.")] }),
      ]),
      findings: [
        {
          code: "PLN107",
          level: "warn",
          key: "crm",
          message: "moves",
          override: { reason: long },
        },
        { code: "PLN114", policy: "p", level: "refuse", message: long },
        { code: "PLN108", level: "warn", message: `${long} others` },
      ],
    };
    const { decide, refused } = decisionSheet(plan);
    for (const { sentences } of [...decide, ...refused])
      for (const text of sentences) expect(text.length).toBeLessThan(400);
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
