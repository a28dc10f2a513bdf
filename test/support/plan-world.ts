import type { DesiredConnection } from "../../src/domain/connection.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import { aDesired, someRules } from "./engine-builders.ts";
import { aTestEnvironment, type TestEnvironment } from "./environment.ts";

/**
 * An environment and a plan for it that has every action, secrets, scopes, a custom provider that
 * goes, and an approval.
 */
export interface PlanWorld {
  readonly environment: TestEnvironment;
  readonly plan: Plan;
}

const RULES = someRules({
  prunes: true,
  limits: {
    ...someRules().limits,
    maxChangeRatio: 1,
    maxAffectedAccounts: 5,
    planExpiresAfterMs: 3_600_000,
  },
  overrides: [{ guard: "PLN104", connection: "moved", reason: "agreed" }],
});

const secret = (key: string): Readonly<Record<string, string>> => ({
  "/credentials/client_secret": `secret://${key}/client_secret`,
});
const acme = {
  provider: "acme",
  authType: "custom",
  fields: {
    "/custom_provider/display_name": "Acme",
    "/custom_provider/proxy_url": "https://one.example",
  },
};

const BEFORE: readonly DesiredConnection[] = [
  aDesired({
    key: "changed",
    fields: {
      "/scopes": ["a", "b"],
      "/settings/token_url": "https://one.example/token",
      "/lifecycle/protected": true,
    },
    secrets: secret("changed"),
  }),
  aDesired({ key: "dropped", fields: { "/scopes": ["a"] } }),
  aDesired({ key: "gone" }),
  aDesired({ key: "moved", fields: { "/scopes": ["a"] } }),
  aDesired({ key: "old-name", secrets: secret("old-name") }),
  aDesired({ key: "recorded", fields: { "/scopes": ["a"] } }),
  aDesired({ key: "same" }),
  aDesired({ key: "through-acme", ...acme }),
];

const AFTER: readonly DesiredConnection[] = [
  aDesired({ key: "adopted", fields: { "/scopes": ["mine"] } }),
  aDesired({
    key: "changed",
    fields: {
      "/scopes": ["b", "c"],
      "/settings/token_url": "https://two.example/token",
      "/lifecycle/protected": false,
    },
    secrets: secret("changed"),
  }),
  aDesired({
    key: "made",
    fields: { "/scopes": ["a"], "/state": "inactive" },
    secrets: secret("made"),
  }),
  aDesired({ key: "moved", provider: "slack", fields: { "/scopes": ["a"] } }),
  aDesired({
    key: "new-name",
    secrets: secret("new-name"),
    lifecycle: { previous_ids: ["old-name"] },
  }),
  aDesired({ key: "recorded", fields: { "/lifecycle/protected": true } }),
  aDesired({ key: "same" }),
];

const stranger = {
  provider: "gmail",
  authType: "oauth2",
  isEnabled: true,
  fields: { "/scopes": ["theirs"] },
  secrets: [],
  version: 1,
};

/** Makes one; the same every time. */
export async function aPlanWorld(): Promise<PlanWorld> {
  const environment = aTestEnvironment(RULES);
  const { handle, driver } = environment;
  await environment.apply(await environment.plan(BEFORE));
  const gone = handle.live().find(({ key }) => key === "gone");
  await driver.execute(
    {
      step: "delete",
      key: "gone",
      provider: "gmail",
      authType: "oauth2",
      remoteId: gone?.remoteId ?? null,
      fields: {},
      secrets: new Map(),
    },
    new AbortController().signal,
  );
  handle.add({ ...stranger, remoteId: "x1", key: "adopted" });
  handle.add({ ...stranger, remoteId: "x2", key: "stranger" });
  handle.setAccounts("dropped", 2);
  return { environment, plan: await environment.plan(AFTER) };
}
