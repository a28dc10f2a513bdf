import { describe, expect, it } from "vitest";
import type { FieldValues } from "../../../src/domain/connection.ts";
import type { FreezeWindow } from "../../../src/domain/environment.ts";
import { findFreeze } from "../../../src/engine/guards/freeze.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anEntry,
  anInventory,
  planOf,
  someRules,
} from "../../support/engine-builders.ts";

const ONCE: FreezeWindow = {
  kind: "once",
  from: "2026-12-20T00:00:00.000Z",
  until: "2027-01-02T00:00:00.000Z",
  reason: "holidays",
};
const FRIDAYS: FreezeWindow = {
  kind: "weekly",
  days: [5],
  fromMinute: 16 * 60,
  untilMinute: 24 * 60,
  reason: "nobody is there",
};

describe("a freeze", () => {
  it.each([
    [ONCE, "2026-12-19T23:59:59.999Z", false],
    [ONCE, "2026-12-20T00:00:00.000Z", true],
    [ONCE, "2027-01-01T23:59:59.999Z", true],
    [ONCE, "2027-01-02T00:00:00.000Z", false],
    [FRIDAYS, "2026-03-06T15:59:59.000Z", false],
    [FRIDAYS, "2026-03-06T16:00:00.000Z", true],
    [FRIDAYS, "2026-03-06T23:59:59.000Z", true],
    [FRIDAYS, "2026-03-05T18:00:00.000Z", false],
  ])("%o at %s: %s", (window, now, isFrozen) => {
    expect(findFreeze([window], now) !== undefined).toBe(isFrozen);
  });

  const frozen = {
    rules: someRules({ freeze: [ONCE] }),
    now: "2026-12-24T12:00:00.000Z",
  };

  it("refuses every change, and can be let pass by name", () => {
    const parts = { ...frozen, desired: [aDesired()] };
    expect(planOf(parts).findings).toMatchObject([
      { code: "PLN112", level: "refuse" },
    ]);
    const approvals = [{ guard: "PLN112", reason: "outage" }];
    expect(planOf({ ...parts, approvals }).findings).toMatchObject([
      { code: "PLN112", level: "warn", override: { reason: "outage" } },
    ]);
  });

  it("says nothing about a plan without changes", () => {
    expect(planOf(frozen).findings).toEqual([]);
  });
});

describe("the weight of a guard", () => {
  const moved = {
    desired: [
      aDesired({ fields: { "/settings/token_url": "https://b.example/t" } }),
    ],
    live: [aLive({ fields: { "/settings/token_url": "https://a.example/t" } })],
    inventory: anInventory([
      anAppliedEntry({ "/settings/token_url": "https://a.example/t" }),
    ]),
  };
  const levelWith = (guardLevels: Record<string, "off" | "warn" | "refuse">) =>
    planOf({ ...moved, rules: someRules({ guardLevels }) }).findings.map(
      ({ level }) => level,
    );

  it("is the environment's to choose", () => {
    expect(levelWith({})).toEqual(["warn"]);
    expect(levelWith({ PLN107: "refuse" })).toEqual(["refuse"]);
    expect(levelWith({ PLN107: "off" })).toEqual([]);
  });

  it.each(["PLN103", "PLN104", "PLN106", "OWN001"])(
    "stays as it is for %s, whatever the rules say",
    (code) => {
      const rules = someRules({
        guardLevels: { [code]: "off" },
        limits: { ...someRules().limits, maxDeletes: 100, maxChangeRatio: 1 },
      });
      const cases = [
        // a protected one deleted; nothing desired at all
        planOf({
          rules,
          live: [aLive()],
          inventory: anInventory([anEntry({ isProtected: true })]),
        }),
        // a replacement
        planOf({
          rules,
          desired: [aDesired({ provider: "slack" })],
          live: [aLive()],
          inventory: anInventory([anEntry()]),
        }),
        // someone else's
        planOf({
          rules,
          desired: [aDesired({ provider: "slack" })],
          live: [aLive()],
        }),
      ];
      const refused = cases.flatMap(({ findings }) =>
        findings.filter(({ level }) => level === "refuse"),
      );
      expect(refused.map((finding) => finding.code)).toContain(code);
    },
  );
});

describe("the most updates of one apply", () => {
  it("counts updates, renames and adoptions", () => {
    const limits = { ...someRules().limits, maxUpdates: 1 };
    const parts = {
      rules: someRules({ limits }),
      desired: [aDesired({ key: "a" }), aDesired({ key: "b" })],
      live: [aLive({ key: "a" }), aLive({ key: "b" })],
    };
    expect(planOf(parts).findings).toMatchObject([
      { code: "PLN115", level: "refuse" },
    ]);
    expect(planOf({ ...parts, rules: someRules() }).findings).toEqual([]);
  });

  it("does not count secrets that nobody can tell from the last ones, unless something else changes too", () => {
    const keys = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    const path = "/credentials/client_secret";
    const rewritten = (fields: FieldValues) =>
      planOf({
        rules: someRules({
          limits: { ...someRules().limits, maxUpdates: 1, maxChangeRatio: 0.1 },
        }),
        desired: keys.map((key) =>
          aDesired({
            key,
            fields,
            secrets: { [path]: `secret://${key}/client_secret` },
          }),
        ),
        live: keys.map((key) => aLive({ key })),
        inventory: anInventory(
          keys.map((key) =>
            anEntry({
              key,
              secrets: { [path]: { appliedAt: "x", cipherDigest: "old" } },
            }),
          ),
        ),
      });
    const quiet = rewritten({});
    expect(quiet.summary.update).toBe(keys.length);
    expect(quiet.findings).toEqual([]);
    const loud = rewritten({ "/settings/timeout": 1 });
    expect(loud.findings.map(({ code }) => code)).toEqual(["PLN102", "PLN115"]);
  });
});
