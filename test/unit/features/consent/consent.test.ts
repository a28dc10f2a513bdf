import { describe, expect, it } from "vitest";
import { findConsentLag } from "../../../../src/features/consent/consent.ts";
import { renderConsent } from "../../../../src/features/consent/text.ts";
import type { ListedAccount } from "../../../../src/domain/account.ts";
import type { FieldValues } from "../../../../src/domain/connection.ts";
import type { ConnectionsReader } from "../../../../src/ports/connections-api.ts";
import { aDesired, someRules } from "../../../support/engine-builders.ts";
import {
  aTestEnvironment,
  type TestEnvironment,
} from "../../../support/environment.ts";

const PLAIN = { color: false, width: 80 };
const signal = new AbortController().signal;
const LIMITS = { ...someRules().limits, maxChangeRatio: 1 };

async function applied(
  environment: TestEnvironment,
  fields: FieldValues,
): Promise<void> {
  const plan = await environment.plan([aDesired({ fields })]);
  const { result } = await environment.apply(plan);
  expect(result).toBe("applied");
}

function anAccount(id: string, updatedAt: string | null): ListedAccount {
  return {
    idHash: `sha256:${id}`,
    status: "ACTIVE",
    updatedAt,
    lastUsedAt: null,
  };
}

function everyOneHas(
  listed: readonly ListedAccount[] | "unknown",
): ConnectionsReader["readAccounts"] {
  const count = listed === "unknown" ? listed : listed.length;
  return (keys) =>
    Promise.resolve(new Map(keys.map((key) => [key, { count, listed }])));
}

const lagOf = (
  environment: TestEnvironment,
  accounts: readonly ListedAccount[] | "unknown",
) =>
  findConsentLag("dev", {
    api: {
      ...environment.driver,
      readAccounts: everyOneHas(accounts),
    },
    state: environment.state,
    signal,
  });

async function changed(): Promise<TestEnvironment> {
  const environment = aTestEnvironment(someRules({ limits: LIMITS }));
  await applied(environment, { "/scopes": ["a"] });
  await applied(environment, { "/scopes": ["a", "b"] });
  return environment;
}

describe("consent", () => {
  it("counts the accounts that have not changed since the scopes did, and names nobody", async () => {
    const environment = await changed();
    const [, receipt] = await environment.state.readLedger();
    const at = receipt?.finishedAt ?? "";
    const before = new Date(Date.parse(at) - 1).toISOString();
    const report = await lagOf(environment, [
      anAccount("old", before),
      anAccount("new", at),
      anAccount("untold", null),
    ]);
    expect(report).toMatchObject({
      changedCount: 1,
      connections: [
        {
          key: "mail",
          changedAt: at,
          paths: ["/scopes"],
          accounts: 3,
          lagging: ["sha256:old", "sha256:untold"],
        },
      ],
    });
    expect(renderConsent(report, PLAIN)).toContain(
      "mail: at most 2 of 3 accounts",
    );
  });

  it("is settled once everybody consented again", async () => {
    const report = await lagOf(await changed(), [
      anAccount("a", "2030-01-01T00:00:00Z"),
    ]);
    expect(report).toMatchObject({ changedCount: 1, connections: [] });
  });

  it("is unknown, never nobody, where the API refuses to say", async () => {
    const report = await lagOf(await changed(), "unknown");
    expect(report.connections).toMatchObject([
      { accounts: "unknown", lagging: "unknown" },
    ]);
    expect(renderConsent(report, PLAIN)).toContain(
      "an unknown number of accounts",
    );
  });

  it("does not lag behind a change that asks users for nothing", async () => {
    const environment = aTestEnvironment(someRules({ limits: LIMITS }));
    await applied(environment, { "/scopes": ["a"], "/settings/timeout": 1 });
    await applied(environment, { "/scopes": ["a"], "/settings/timeout": 2 });
    const report = await lagOf(environment, [anAccount("old", null)]);
    expect(report).toMatchObject({ changedCount: 0, connections: [] });
  });

  it("keeps counting from the change of scopes when something else changes later", async () => {
    const environment = await changed();
    const [, receipt] = await environment.state.readLedger();
    await applied(environment, {
      "/scopes": ["a", "b"],
      "/settings/timeout": 9,
    });
    const report = await lagOf(environment, [anAccount("old", null)]);
    expect(report.connections).toMatchObject([
      { changedAt: receipt?.finishedAt, paths: ["/scopes"] },
    ]);
  });

  it("counts everything where the plan of a change is no longer stored", async () => {
    const environment = await changed();
    const report = await findConsentLag("dev", {
      api: {
        ...environment.driver,
        readAccounts: everyOneHas([anAccount("old", null)]),
      },
      state: { ...environment.state, readPlan: () => Promise.resolve(null) },
      signal,
    });
    expect(report.connections).toMatchObject([{ key: "mail", paths: [] }]);
  });
});

describe("the impact of a plan", () => {
  it("tells how many accounts there are and how they are used", async () => {
    const environment = aTestEnvironment(someRules({ limits: LIMITS }));
    await applied(environment, { "/scopes": ["a"] });
    environment.handle.setAccounts("mail", 3);
    const now = environment.clock.now();
    const used = (days: number): ListedAccount => ({
      ...anAccount(String(days), null),
      lastUsedAt: new Date(now - days * 86_400_000).toISOString(),
    });
    const plan = await environment.plan(
      [aDesired({ fields: { "/scopes": ["b"] } })],
      {
        api: {
          ...environment.driver,
          readAccounts: everyOneHas([
            used(1),
            used(31),
            { ...used(40), status: "EXPIRED" },
          ]),
        },
      },
    );
    expect(plan.changes[0]?.impact).toEqual({
      connected_accounts: 3,
      active_accounts: 2,
      recently_used_accounts: 1,
    });
  });

  it("says unknown where nobody told when accounts were used", async () => {
    const environment = aTestEnvironment(someRules({ limits: LIMITS }));
    await applied(environment, { "/scopes": ["a"] });
    environment.handle.setAccounts("mail", 2);
    const plan = await environment.plan([
      aDesired({ fields: { "/scopes": ["b"] } }),
    ]);
    expect(plan.changes[0]?.impact).toEqual({
      connected_accounts: 2,
      active_accounts: 2,
      recently_used_accounts: "unknown",
    });
  });

  it("says in words what the last change asked for", async () => {
    const environment = aTestEnvironment(someRules({ limits: LIMITS }));
    const google = "https://www.googleapis.com/auth/";
    await applied(environment, { "/scopes": [`${google}gmail.readonly`] });
    await applied(environment, { "/scopes": [`${google}gmail.send`, "x"] });
    const report = await lagOf(environment, [anAccount("a", null)]);
    const text = renderConsent(report, PLAIN);
    expect(text).toContain("gains: send mail as the user (sensitive)");
    expect(text).toContain('+"x"  gains: unclassified');
    expect(text).toContain("loses: read all mail and settings (sensitive)");
  });
});
