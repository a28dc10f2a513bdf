import { describe, expect, it } from "vitest";
import {
  connectionText,
  placesOf,
  resolveTexts,
} from "../../../support/documents.ts";

const resolved = (environment: string) =>
  resolveTexts({ base: { "a.yaml": connectionText("a") }, environment });

describe("the team's rules of an environment", () => {
  it("are read with every default", () => {
    expect(resolved("").rules).toMatchObject({
      adoption: "plan",
      guardLevels: {},
      freeze: [],
      policies: [],
      signing: { isRequired: false, keys: [] },
      approvals: null,
      limits: { maxUpdates: null },
    });
  });

  it("are read as they are written", () => {
    const { rules, diagnostics } = resolved(
      [
        "adopt: refuse",
        "limits: {max_updates: 5}",
        "guards: {PLN107: refuse, PLN102: warn}",
        "freeze:",
        '  - {from: "2026-12-20T00:00Z", until: "2027-01-02T00:00:00Z", reason: holidays}',
        '  - {days: [fri, sat], from: "16:00", reason: weekend}',
        "policies:",
        "  - id: owner",
        "    severity: warn",
        "    when: 'true'",
        "    rule: has(connection.owner)",
        "    message: everyone has one",
        'approvals: {count: 2, by: [ann, "@acme/platform", codeowners]}',
        `signing: {required: true, keys: ["${"A".repeat(43)}="]}`,
        "",
      ].join("\n"),
    );
    expect(diagnostics).toEqual([]);
    expect(rules).toMatchObject({
      adoption: "refuse",
      guardLevels: { PLN107: "refuse", PLN102: "warn" },
      freeze: [
        {
          kind: "once",
          from: "2026-12-20T00:00:00.000Z",
          until: "2027-01-02T00:00:00.000Z",
        },
        { kind: "weekly", days: [5, 6], fromMinute: 960, untilMinute: 1440 },
      ],
      policies: [
        {
          id: "owner",
          when: "true",
          fix: null,
          location: { file: "environments/dev/environment.yaml", line: 13 },
        },
      ],
      approvals: { count: 2, by: ["ann", "@acme/platform", "codeowners"] },
      signing: { isRequired: true },
    });
  });

  it.each([
    ["guards: {PLN103: off}", "CFG029"],
    ["guards: {PLN104: warn}", "CFG029"],
    ["guards: {PLN106: off}", "CFG029"],
    ["guards: {OWN001: warn}", "CFG029"],
    ["freeze: [{reason: always}]", "CFG029"],
    ['freeze: [{from: "16:00", until: "18:00", reason: why}]', "CFG029"],
    [
      'freeze: [{from: "2026-02-02T00:00Z", until: "2026-02-01T00:00Z", reason: why}]',
      "CFG029",
    ],
    ['freeze: [{days: [fri], from: "25:00", reason: why}]', "CFG029"],
    [
      'freeze: [{days: [fri], from: "22:00", until: "06:00", reason: why}]',
      "CFG029",
    ],
    [
      "policies: [{id: a, severity: warn, rule: 'true', message: one}, {id: a, severity: warn, rule: 'true', message: two}]",
      "CFG029",
    ],
    ["signing: {keys: [short]}", "SCH002"],
    ["approvals: {by: [ann]}", "SCH006"],
    ["approvals: {count: -1}", "SCH002"],
    ["approvals: {count: 1, by: []}", "SCH002"],
    ['approvals: {count: 1, by: ["@a/../b"]}', "SCH002"],
    ['approvals: {count: 1, by: ["ann bob"]}', "SCH002"],
    ["adopt: maybe", "SCH002"],
  ])("%s is refused where it is written", (line, code) => {
    const [place] = placesOf(resolved(`${line}\n`).diagnostics);
    expect(place).toMatch(
      new RegExp(`^${code} environments/dev/environment.yaml:3:`, "u"),
    );
  });

  it("may let a mandatory guard keep its weight by saying so", () => {
    expect(resolved("guards: {PLN103: refuse}\n").diagnostics).toEqual([]);
  });
});
