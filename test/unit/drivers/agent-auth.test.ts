import { describe, expect, it } from "vitest";
import type { DesiredConnection } from "../../../src/domain/connection.ts";
import {
  RemoteError,
  TransientError,
} from "../../../src/domain/problem/error.ts";
import { CATALOGUE } from "../../../src/domain/generated/catalogue.ts";
import { Secret } from "../../../src/domain/secret/secret.ts";
import { createAgentAuthDriver } from "../../../src/drivers/agent-auth/index.ts";
import type { StepRequest } from "../../../src/ports/connections-api.ts";
import { createFakeClock } from "../../support/clock.ts";
import { aDesired } from "../../support/engine-builders.ts";
import {
  scriptHttp,
  type ScriptedAnswer,
} from "../../support/scripted-http.ts";

const CREATE = "POST /v1/connect/connections";
const GET = "GET /v1/connect/connections/{connection_id}";
const PATCH = "PATCH /v1/connect/connections/{connection_id}";
const signal = new AbortController().signal;

const lost = new TransientError("DRV002", "lost", {
  status: null,
  mayHaveCommitted: true,
});
const missing = new RemoteError("DRV004", "missing", { status: 404 });
const taken = new RemoteError("DRV004", "taken", { status: 409 });

function bench(script: Readonly<Record<string, readonly ScriptedAnswer[]>>) {
  const http = scriptHttp(script);
  const driver = createAgentAuthDriver({
    http,
    token: new Secret("token-of-the-test"),
    apiHost: "embedded",
    clock: createFakeClock(),
    catalogue: CATALOGUE,
  });
  return { http, driver };
}

const WIRE = {
  connection_id: "mail",
  provider: "gmail",
  auth_type: "oauth2",
  state: "active",
  credentials: { client_id: "abc", client_secret: "********" },
  settings: { auto_refresh: true, from_a_later_version: { kept: 1 } },
  updated_at: "2026-01-01T00:00:00Z",
};

function step(step: StepRequest["step"], more: Partial<StepRequest> = {}) {
  return {
    step,
    key: "mail",
    provider: "gmail",
    authType: "oauth2",
    remoteId: step === "create" ? null : "mail",
    fields: { "/credentials/client_id": "abc", "/scopes": ["send"] },
    secrets: new Map([["/credentials/client_secret", new Secret("s3cr3t")]]),
    ...more,
  };
}

describe("agent-auth on the wire", () => {
  it("sends the token and the vendor's sample body under our name", async () => {
    const { driver, http } = bench({ [CREATE]: [WIRE] });
    await driver.execute(step("create"), signal);
    const [sent] = http.of(CREATE);
    expect(sent?.headers).toEqual({
      authorization: "Bearer token-of-the-test",
    });
    expect(JSON.parse(sent?.body?.text ?? "")).toEqual({
      connection_id: "mail",
      provider: "gmail",
      auth_type: "oauth2",
      credentials: { client_id: "abc", client_secret: "s3cr3t" },
      scopes: ["send"],
    });
  });

  it("understands a reply that wraps the connection", async () => {
    const { driver } = bench({ [GET]: [{ connection: WIRE }] });
    expect((await driver.find("mail", signal))?.key).toBe("mail");
  });

  it("keeps what it does not know, and sends no mask and no server-made member back", async () => {
    const { driver, http } = bench({ [GET]: [WIRE], [PATCH]: [WIRE] });
    await driver.execute(step("configure", { secrets: new Map() }), signal);
    const body: unknown = JSON.parse(http.of(PATCH)[0]?.body?.text ?? "");
    expect(body).toEqual({
      connection_id: "mail",
      provider: "gmail",
      auth_type: "oauth2",
      credentials: { client_id: "abc" },
      scopes: ["send"],
      settings: { auto_refresh: true, from_a_later_version: { kept: 1 } },
    });
  });

  it("does not see a change in a moved time or another mask", async () => {
    const other = {
      ...WIRE,
      credentials: { client_id: "abc", client_secret: "****cr3t" },
      updated_at: "2026-02-01T00:00:00Z",
    };
    const { driver } = bench({ [GET]: [WIRE, other] });
    const [one, two] = [
      await driver.find("mail", signal),
      await driver.find("mail", signal),
    ];
    expect(two?.observed).toEqual(one?.observed);
    expect(JSON.stringify(two)).not.toContain("cr3t");
  });

  it.each([
    ["Active", "active", true],
    ["error", "active", true],
    ["testing", "active", true],
    ["Inactive", "inactive", false],
    ["draft", "draft", false],
  ])("reads state %s as %s", async (state, expected, isEnabled) => {
    const { driver } = bench({ [GET]: [{ ...WIRE, state }] });
    const live = await driver.find("mail", signal);
    expect(live?.fields["/state"]).toBe(expected);
    expect(live?.isEnabled).toBe(isEnabled);
  });

  it("says so when the API names a connection itself", async () => {
    const { driver } = bench({
      [CREATE]: [{ ...WIRE, connection_id: "conn_81" }],
    });
    await expect(driver.execute(step("create"), signal)).rejects.toMatchObject({
      code: "DRV090",
    });
  });

  it("takes a name that is taken after its own lost answer for its own", async () => {
    const { driver } = bench({
      [CREATE]: [lost, taken],
      [GET]: [missing, missing, missing, missing, missing, WIRE],
    });
    const { remoteId } = await driver.execute(step("create"), signal);
    expect(remoteId).toBe("mail");
  });

  it("does not take another's connection for its own", async () => {
    const { driver } = bench({
      [CREATE]: [lost],
      [GET]: [{ ...WIRE, provider: "slack" }],
    });
    await expect(driver.execute(step("create"), signal)).rejects.toMatchObject({
      code: "DRV021",
    });
  });

  it("refuses a reply that is no connection", async () => {
    const { driver } = bench({ [GET]: [{ id: "x" }] });
    await expect(driver.find("mail", signal)).rejects.toMatchObject({
      code: "DRV020",
    });
  });

  it("says unknown about accounts, never 0", async () => {
    const { driver } = bench({});
    const accounts = await driver.readAccounts(
      ["mail", "chat"],
      { listUpTo: 9 },
      signal,
    );
    expect([...accounts]).toEqual([
      ["mail", { count: "unknown", listed: "unknown" }],
      ["chat", { count: "unknown", listed: "unknown" }],
    ]);
  });
});

describe("agent-auth's audit", () => {
  const { driver } = bench({});
  const findings = (connection: DesiredConnection) =>
    driver
      .audit([connection])
      .map(({ code, kind, pointer }) => [code, kind, pointer]);

  it("takes the seed's three auth types, and reports others as a whole", () => {
    expect(
      findings(aDesired({ key: "a", provider: "gmail", authType: "basic" })),
    ).toEqual([["DRV030", "unrepresentable", ""]]);
  });

  it("only notes names that the catalogue does not have or contradicts", () => {
    expect(
      findings(
        aDesired({
          key: "a",
          provider: "google_workspace",
          authType: "oauth2",
        }),
      ),
    ).toEqual([["DRV031", "note", "/provider"]]);
    expect(
      findings(aDesired({ key: "a", provider: "jira", authType: "api_key" })),
    ).toEqual([["DRV031", "note", "/auth_type"]]);
  });

  it("reports each field the dialect has no place for", () => {
    expect(
      findings(
        aDesired({
          key: "a",
          provider: "gmail",
          authType: "oauth2",
          fields: {
            "/settings/timeout": 30,
            "/settings/pkce": true,
            "/custom_provider/display_name": "Acme",
          },
        }),
      ),
    ).toEqual([
      ["DRV030", "unrepresentable", "/custom_provider/display_name"],
      ["DRV030", "unrepresentable", "/settings/pkce"],
    ]);
  });
});
