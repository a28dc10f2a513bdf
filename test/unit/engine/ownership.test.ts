import { describe, expect, it } from "vitest";
import {
  aDesired,
  aLive,
  anEntry,
  anInventory,
  onlyChange,
  planOf,
  someRules,
} from "../../support/engine-builders.ts";

const ADOPTION = { actions: new Set(["adopt"] as const), keys: null };

describe("a plan that only adopts", () => {
  const parts = {
    desired: [aDesired({ key: "mail" }), aDesired({ key: "new" })],
    live: [aLive({ key: "mail" }), aLive({ key: "gone" })],
    inventory: anInventory([anEntry({ key: "gone" })]),
  };

  it("leaves every other change out, deletes included", () => {
    expect(planOf(parts).changes.map(({ action }) => action)).toEqual([
      "create",
      "adopt",
      "delete",
    ]);
    const plan = planOf({ ...parts, only: ADOPTION });
    expect(onlyChange(plan)).toMatchObject({ action: "adopt", key: "mail" });
    expect(plan.summary).toMatchObject({ delete: 0, unchanged: 0 });
  });

  it("is limited to the connections that are named", () => {
    const only = { ...ADOPTION, keys: new Set(["other"]) };
    expect(planOf({ ...parts, only }).changes).toEqual([]);
  });

  it("passes where the environment wants adoption asked for", () => {
    const rules = someRules({ adoption: "refuse" });
    expect(planOf({ ...parts, rules }).findings).toMatchObject([
      { code: "PLN113", level: "refuse", key: "mail" },
    ]);
    const asked = planOf({ ...parts, rules, only: ADOPTION });
    expect(asked.findings).toEqual([]);
  });

  it("is not stopped by a stranger under a name it was not asked about", () => {
    const stranger = {
      desired: [aDesired({ key: "mail" }), aDesired({ key: "chat" })],
      live: [aLive({ key: "mail" }), aLive({ key: "chat", provider: "slack" })],
    };
    expect(planOf(stranger).findings).toMatchObject([{ code: "OWN001" }]);
    const only = { ...ADOPTION, keys: new Set(["mail"]) };
    expect(planOf({ ...stranger, only }).findings).toEqual([]);
  });
});

describe("a plan that forgets", () => {
  const forget = new Set(["mail"]);
  const owned = {
    live: [aLive()],
    inventory: anInventory([anEntry()]),
    forget,
  };

  it.each([
    ["declared", [aDesired({ fields: { "/scopes": ["changed"] } })]],
    ["undeclared", [aDesired({ key: "other" })]],
  ])("lets go of a %s connection and writes nothing", (_, desired) => {
    const plan = planOf({ ...owned, desired });
    const change = plan.changes.find(({ key }) => key === "mail");
    expect(change).toMatchObject({
      action: "forget",
      remote_id: "id-mail",
      steps: ["record"],
      desired: null,
    });
  });

  it("refuses to forget a protected one with its protection, unless that is named", () => {
    const inventory = anInventory([anEntry({ isProtected: true })]);
    const parts = { ...owned, inventory, desired: [aDesired()] };
    expect(planOf(parts).findings).toMatchObject([
      { code: "PLN103", level: "refuse", key: "mail" },
    ]);
    const approvals = [{ guard: "PLN103", connection: "mail", reason: "sold" }];
    expect(planOf({ ...parts, approvals }).findings).toMatchObject([
      { code: "PLN103", level: "warn" },
    ]);
  });

  it("forgets a protected one that is gone by itself", () => {
    const inventory = anInventory([anEntry({ isProtected: true })]);
    const plan = planOf({ inventory, desired: [aDesired({ key: "other" })] });
    expect(plan.changes.map(({ action }) => action)).toEqual([
      "create",
      "forget",
    ]);
    expect(plan.findings).toEqual([]);
  });

  it("never turns into a delete, even where the environment prunes", () => {
    const plan = planOf({ ...owned, desired: [aDesired({ key: "other" })] });
    expect(plan.summary.delete).toBe(0);
  });
});
