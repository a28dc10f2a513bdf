import { describe, expect, it } from "vitest";
import { auditConnections } from "../../../../src/environment/documents/audit.ts";
import type { DesiredConnection } from "../../../../src/domain/connection.ts";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";
import { FIELD_RULES } from "../../../../src/domain/generated/fields.ts";
import type { JsonValue } from "../../../../src/domain/json.ts";
import { createAgentAuthAudit } from "../../../../src/drivers/agent-auth/index.ts";
import { auditConnections as auditInMemory } from "../../../../src/drivers/memory/audit.ts";
import { createScalekitAudit } from "../../../../src/drivers/scalekit/index.ts";
import { aDesired, someRules } from "../../../support/engine-builders.ts";
import { aTestEnvironment } from "../../../support/environment.ts";

const LOCAL = someRules({ unrepresentable: "local" });
const DRIVERS = [
  ["scalekit", createScalekitAudit(CATALOGUE)],
  ["agent-auth", createAgentAuthAudit(CATALOGUE)],
  ["memory", auditInMemory],
] as const;

describe("what an environment keeps local", () => {
  const KINDS = [
    ["gmail", "oauth2"],
    ["brave", "api_key"],
    ["googledwd", "service_account"],
    ["acme", "custom"],
  ] as const;
  const VALUES: Readonly<Record<string, readonly JsonValue[]>> = {
    "/state": ["draft", "inactive", "active"],
    "/custom_provider/display_name": ["Acme"],
    "/custom_provider/auth_patterns": [[{ type: "API_KEY" }]],
  };
  const platforms = FIELD_RULES.filter(({ isPlatforms }) => isPlatforms);

  it.each(DRIVERS)(
    "is never a field that only the platform can act on: %s",
    (_name, audit) => {
      expect(platforms.map(({ pointer }) => pointer)).toContain("/state");
      for (const { pointer } of platforms)
        for (const [provider, authType] of KINDS)
          for (const value of VALUES[pointer] ?? [true, ["a"], "user"]) {
            const connection = aDesired({
              provider,
              authType,
              fields: { [pointer]: value },
            });
            const found = auditConnections({ audit }, LOCAL, [connection]);
            const what = `${pointer} = ${JSON.stringify(value)} of ${authType}`;
            const paths = found.local.get("mail") ?? new Set();
            expect(paths.has(pointer), what).toBe(false);
            const sent = found.connections[0]?.fields[pointer];
            if (sent !== value)
              expect(
                found.diagnostics.map(({ code, severity }) => [code, severity]),
                what,
              ).toContainEqual(["DRV030", "note"]);
          }
    },
  );

  it("is a field that applications can act on, and a connection the API cannot have at all", () => {
    const audit = createAgentAuthAudit(CATALOGUE);
    const local = (connection: DesiredConnection): readonly string[] => [
      ...(auditConnections({ audit }, LOCAL, [connection]).local.get("mail") ??
        []),
    ];
    expect(
      local(
        aDesired({
          fields: { "/settings/user_info_url": "https://a.example" },
        }),
      ),
    ).toEqual(["/settings/user_info_url"]);
    expect(local(aDesired({ authType: "bearer" }))).toEqual([""]);
  });

  it("is told apart from an error, with the way out there is", () => {
    const audit = createScalekitAudit(CATALOGUE);
    const draft = aDesired({ fields: { "/state": "draft" } });
    const fixes = (rules: typeof LOCAL): readonly string[] =>
      auditConnections({ audit }, rules, [draft])
        .diagnostics.filter(({ code }) => code === "DRV030")
        .map(({ severity, fix }) => `${severity}: ${String(fix)}`);
    expect(fixes(someRules())).toEqual([
      expect.stringMatching(/^error: .*unrepresentable: local.*"inactive"$/u),
    ]);
    expect(fixes(LOCAL)).toEqual([expect.stringMatching(/^note: /u)]);
  });
});

describe("a draft where the API has none", () => {
  const draft = (parts: Parameters<typeof aDesired>[0] = {}) =>
    aDesired({ ...parts, fields: { ...parts.fields, "/state": "draft" } });
  const ACTIVE = aDesired({ fields: { "/state": "active" } });

  it("is off after it was made, and after every other way to come about", async () => {
    const ways: Readonly<
      Record<
        string,
        (env: ReturnType<typeof aTestEnvironment>) => Promise<DesiredConnection>
      >
    > = {
      create: async () => Promise.resolve(draft()),
      update: async (env) => {
        await env.apply(await env.plan([ACTIVE]));
        return draft();
      },
      adopt: async (env) => {
        env.handle.add({
          remoteId: "mem_9",
          key: "mail",
          provider: "gmail",
          authType: "oauth2",
          isEnabled: true,
          fields: {},
          secrets: [],
          version: 1,
        });
        return Promise.resolve(draft());
      },
      rename: async (env) => {
        await env.apply(await env.plan([ACTIVE]));
        return draft({
          key: "post",
          lifecycle: { previous_ids: ["mail"] },
        });
      },
      replace: async (env) => {
        await env.apply(await env.plan([ACTIVE]));
        return draft({ provider: "slack" });
      },
    };
    for (const [action, prepare] of Object.entries(ways)) {
      const env = aTestEnvironment(
        someRules({
          unrepresentable: "local",
          overrides: [],
          guardLevels: {},
        }),
      );
      const desired = await prepare(env);
      const approvals = [
        { guard: "PLN104", connection: desired.key, reason: "a test" },
      ];
      const plan = await env.plan([desired], { approvals });
      expect(
        plan.changes.map((change) => change.action),
        action,
      ).toEqual([action]);
      expect(plan.local, action).toEqual([]);
      await env.apply(plan, { approvals });
      expect(
        env.handle.live().map(({ key, isEnabled }) => [key, isEnabled]),
        action,
      ).toEqual([[desired.key, false]]);
      expect((await env.plan([desired])).changes, action).toEqual([]);
    }
  });

  it("is not made at all where the environment insists on it", async () => {
    const env = aTestEnvironment(someRules());
    await expect(env.plan([draft()])).rejects.toMatchObject({ code: "CFG000" });
    expect(env.handle.live()).toEqual([]);
  });
});
