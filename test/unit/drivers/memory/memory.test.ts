import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/domain/secret/secret.ts";
import { createMemoryDriver } from "../../../../src/drivers/memory/index.ts";
import type { StepRequest } from "../../../../src/ports/connections-api.ts";

const signal = new AbortController().signal;

function step(name: StepRequest["step"], remoteId: string | null): StepRequest {
  return {
    step: name,
    key: "a",
    provider: "gmail",
    authType: "oauth2",
    remoteId,
    fields: { "/settings/prompt": "none" },
    secrets: new Map([["/credentials/client_secret", new Secret("canary")]]),
  };
}

describe("memory driver", () => {
  it("remembers the steps it was asked for, without secrets", async () => {
    const { driver, handle } = createMemoryDriver();
    const { remoteId } = await driver.execute(step("create", null), signal);
    await driver.execute(step("configure", remoteId), signal);
    expect(handle.steps()).toEqual([
      { step: "create", key: "a", secrets: ["/credentials/client_secret"] },
      { step: "configure", key: "a", secrets: ["/credentials/client_secret"] },
    ]);
    expect(JSON.stringify([handle.live(), handle.steps()])).not.toContain(
      "canary",
    );
    expect(handle.live()[0]?.observed["secrets"]).toEqual([
      "/credentials/client_secret",
    ]);
  });

  it.each([
    ["before", 0],
    ["after", 1],
  ] as const)(
    "fails at the step it is told to, %s its effect",
    async (when, count) => {
      const { driver, handle } = createMemoryDriver();
      handle.failAt({ step: 1, when });
      await expect(
        driver.execute(step("create", null), signal),
      ).rejects.toMatchObject({ mayHaveCommitted: true });
      expect(handle.live()).toHaveLength(count);
    },
  );

  it("starts from a seed and changes as a person would change it", async () => {
    const { driver, handle } = createMemoryDriver({
      connections: [
        {
          remoteId: "seed_1",
          key: "b",
          provider: "slack",
          authType: "oauth2",
          isEnabled: true,
          fields: { "/scopes": ["x"] },
          secrets: [],
          version: 1,
        },
      ],
      accounts: { b: 4 },
    });
    const before = await driver.find("b", signal);
    handle.mutate("b", (stored) => ({ ...stored, isEnabled: false }));
    const after = await driver.find("b", signal);
    expect(after?.fields["/state"]).toBe("inactive");
    expect(after?.observed).not.toEqual(before?.observed);
    const accounts = await driver.readAccounts(["b"], { listUpTo: 3 }, signal);
    expect(accounts.get("b")).toEqual({ count: 4, listed: "unknown" });
  });

  it("reports drafts, which it has none of", () => {
    const { driver } = createMemoryDriver();
    const location = { file: "a.yaml", line: 1, column: 1 };
    const findings = driver.audit([
      {
        key: "a",
        provider: "gmail",
        authType: "oauth2",
        document: {},
        fields: { "/state": "draft" },
        expected: {},
        secrets: new Map(),
        origins: new Map(),
        location,
        isProtected: false,
      },
    ]);
    expect(findings).toMatchObject([
      { code: "DRV030", kind: "unrepresentable", pointer: "/state" },
    ]);
  });
});
