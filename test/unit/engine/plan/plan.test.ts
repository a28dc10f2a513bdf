import { describe, expect, it } from "vitest";
import type { Plan } from "../../../../src/domain/generated/plan.ts";
import { diffConnections } from "../../../../src/engine/diff/diff.ts";
import {
  fingerprint,
  verifyPlanDigest,
} from "../../../../src/engine/diff/fingerprint.ts";
import {
  assemblePlan,
  planConnections,
} from "../../../../src/engine/plan/plan.ts";
import { simulate } from "../../../../src/engine/plan/simulate.ts";
import { verifyApplied } from "../../../../src/engine/plan/verify-applied.ts";
import {
  aDesired,
  aLive,
  anEntry,
  anInventory,
  onlyChange,
  planOf,
  someInput,
  someRules,
  VENDOR_CAPABILITIES,
} from "../../../support/engine-builders.ts";

describe("assemblePlan", () => {
  it("is the same whether the differences are handed over or not", () => {
    const input = someInput({ desired: [aDesired()], live: [aLive()] });
    const differences = diffConnections(input);
    expect(assemblePlan({ ...input, differences })).toEqual(
      planConnections(input),
    );
    expect(assemblePlan(input)).toEqual(planConnections(input));
  });

  it("says where it came from, and when it ends", () => {
    const rules = someRules();
    const plan = planOf({
      now: "2026-03-01T14:00:00+02:00",
      rules: {
        ...rules,
        limits: { ...rules.limits, planExpiresAfterMs: 60_000 },
      },
      source: {
        commit: "abc",
        dirty: true,
        documentsDigest: `sha256:${"2".repeat(64)}`,
      },
      inventory: anInventory([]),
    });
    expect(plan).toMatchObject({
      created_at: "2026-03-01T12:00:00.000Z",
      expires_at: "2026-03-01T12:01:00.000Z",
      environment: "dev",
      target: { driver: "scalekit", api_host: "embedded" },
      source: { commit: "abc", dirty: true },
      inventory_serial: 7,
    });
    expect(planOf().expires_at).toBeNull();
    expect(planOf().inventory_serial).toBe(0);
  });

  it("counts every action", () => {
    const plan = planOf({
      desired: [aDesired({ key: "new" }), aDesired({ key: "same" })],
      live: [aLive({ key: "same" }), aLive({ key: "gone" })],
      inventory: anInventory([
        anEntry({ key: "same" }),
        anEntry({ key: "gone" }),
      ]),
    });
    expect(plan.summary).toEqual({
      create: 1,
      update: 0,
      replace: 0,
      delete: 1,
      adopt: 0,
      forget: 0,
      rename: 0,
      noop: 0,
      unchanged: 1,
      accounts: { counted: 0, unknown: 1 },
    });
  });

  it("adds up the accounts of what exists, says how many it does not know, and lets no number into the intent", () => {
    const keys = ["a", "b", "c"];
    const input = {
      desired: [
        ...keys.map((key) => aDesired({ key, fields: { "/scopes": ["a"] } })),
        aDesired({ key: "new" }),
      ],
      live: keys.map((key) => aLive({ key })),
      inventory: anInventory(keys.map((key) => anEntry({ key }))),
    };
    const counted = (counts: Readonly<Record<string, number | "unknown">>) =>
      planOf({ ...input, accounts: new Map(Object.entries(counts)) });
    const some = counted({ a: 140, b: 37, c: "unknown" });
    expect(some.summary.accounts).toEqual({ counted: 177, unknown: 1 });
    const others = counted({ a: 0, b: 0, c: 1 });
    expect(others.summary.accounts).toEqual({ counted: 1, unknown: 0 });
    expect(planOf(input).summary).not.toHaveProperty("accounts");
    expect(others.digest).not.toBe(some.digest);
    for (const plan of [others, planOf(input)])
      expect(plan.intent_digest).toBe(some.intent_digest);
  });

  it("shows accounts only where they were asked for, and unknown where they should have been", () => {
    const input = {
      desired: [aDesired({ fields: { "/scopes": ["a"] } })],
      live: [aLive()],
      inventory: anInventory([anEntry()]),
    };
    expect(onlyChange(planOf(input)).impact).toBeNull();
    expect(
      onlyChange(planOf({ ...input, accounts: new Map([["mail", 0]]) })).impact,
    ).toEqual({ connected_accounts: 0 });
  });
});

describe("fingerprint", () => {
  it("changes with the observed object, its name and its handle, and with nothing else", () => {
    const live = aLive({ observed: { a: 1, b: 2 } });
    expect(
      fingerprint({ ...live, observed: { b: 2, a: 1 }, status: "IN_PROGRESS" }),
    ).toBe(fingerprint(live));
    for (const other of [
      { observed: { a: 1 } },
      { key: "x" },
      { remoteId: "x" },
    ])
      expect(fingerprint({ ...live, ...other })).not.toBe(fingerprint(live));
  });
});

describe("verifyPlanDigest", () => {
  it("holds for a plan read back from its text, whatever the order of its members", () => {
    const plan = planOf({ desired: [aDesired()] });
    const turned = Object.fromEntries(Object.entries(plan).reverse());
    expect(verifyPlanDigest(JSON.parse(JSON.stringify(turned)) as Plan)).toBe(
      true,
    );
    expect(verifyPlanDigest({ ...plan, environment: "prod" })).toBe(false);
  });
});

describe("verifyApplied", () => {
  const change = onlyChange(
    planOf({
      desired: [
        aDesired({
          fields: {
            "/scopes": ["a"],
            "/settings/timeout": 0,
            "/lifecycle/protected": true,
          },
        }),
      ],
    }),
  );

  it("lists fields that do not show what was planned", () => {
    expect(
      verifyApplied(change, aLive({ fields: { "/scopes": ["a", "a"] } })),
    ).toEqual([]);
    expect(
      verifyApplied(
        change,
        aLive({ provider: "slack", fields: { "/settings/timeout": 5 } }),
      ),
    ).toEqual(["/provider", "/scopes", "/settings/timeout"]);
  });

  it("names the connection as a whole when it is not there, or still there", () => {
    expect(verifyApplied(change, null)).toEqual([""]);
    expect(verifyApplied(change, aLive({ key: "other" }))).toEqual([""]);
    const removal = onlyChange(
      planOf({ live: [aLive()], inventory: anInventory([anEntry()]) }),
    );
    expect(verifyApplied(removal, null)).toEqual([]);
    expect(verifyApplied(removal, aLive())).toEqual([""]);
  });
});

describe("simulate", () => {
  it("shares a custom provider between the connections that use it", () => {
    const kind = { provider: "acme", authType: "custom" };
    const own = {
      "/custom_provider/display_name": "Acme",
      "/custom_provider/description": "One",
    };
    const world = {
      live: [],
      inventory: null,
      capabilities: VENDOR_CAPABILITIES,
      secrets: new Map(),
      recorded: {},
    };
    const input = someInput({
      desired: [
        aDesired({ ...kind, key: "a" }),
        aDesired({ ...kind, key: "b", fields: own }),
      ],
    });
    const after = simulate(planConnections(input), world);
    expect(
      after.live.map((each) => each.fields["/custom_provider/display_name"]),
    ).toEqual(["Acme", "Acme"]);
    const edited = { ...own, "/custom_provider/description": "Two" };
    const next = someInput({
      ...input,
      desired: [
        aDesired({ ...kind, key: "a" }),
        aDesired({ ...kind, key: "b", fields: edited }),
      ],
      live: after.live,
      listed: after.live,
      inventory: after.inventory,
    });
    const plan = planConnections(next);
    expect(onlyChange(plan).steps).toEqual(["update_provider", "record"]);
    expect(
      simulate(plan, after).live.map(
        (each) => each.fields["/custom_provider/description"],
      ),
    ).toEqual(["Two", "Two"]);
  });
});
