import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import type { JsonObject } from "../../../src/domain/json.ts";
import { Secret } from "../../../src/domain/secret/secret.ts";
import { createAgentAuthDriver } from "../../../src/drivers/agent-auth/index.ts";
import type { EmbeddedOptions, Switches } from "../../../src/embedded/index.ts";
import { createHttpClient } from "../../../src/http/client.ts";
import {
  aClient,
  aFolder,
  errorInfo,
  readAnswer,
} from "../../support/embedded.ts";
import type { Answer } from "../../support/embedded.ts";

const PATH = "/v1/connect/connections";
const TOKEN = "api-token-of-the-test";

/** The create sample of the older documentation, in our own words and with a name. */
const GMAIL: JsonObject = {
  connection_id: "gmail-support",
  provider: "gmail",
  auth_type: "oauth2",
  credentials: { client_id: "1234", client_secret: "a-secret-of-some-length" },
  scopes: ["mail.send"],
  settings: { auto_refresh: true, retry: { attempts: 3 } },
  rate_limiting: { requests_per_minute: 100, backoff_strategy: "exponential" },
};

interface Agent {
  readonly api: Awaited<ReturnType<typeof aClient>>["api"];
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<Answer>;
}

async function anAgent(
  options: Partial<EmbeddedOptions> = {},
  token = TOKEN,
): Promise<Agent> {
  const { api } = await aClient({ apiToken: TOKEN, ...options });
  return {
    api,
    send: async (method, path, body) =>
      readAnswer(
        await fetch(`${api.origin}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            connection: "close",
            ...(body === undefined
              ? {}
              : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
  };
}

describe("the older dialect", () => {
  it("creates a connection as its page shows, active, with secrets masked", async () => {
    const { send, api } = await anAgent();
    const { status, body } = await send("POST", PATH, GMAIL);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...GMAIL,
      credentials: { client_id: "1234", client_secret: "********" },
      state: "active",
    });
    expect(JSON.stringify(api.snapshot().agents)).not.toContain("a-secret");
    expect(
      api.holdsSecret(
        "gmail-support",
        "credentials.client_secret",
        "a-secret-of-some-length",
      ),
    ).toBe(true);
    expect((await send("GET", `${PATH}/gmail-support`)).body).toEqual(body);
  });

  it("makes up a name when none is given", async () => {
    const { send } = await anAgent();
    const { body } = await send("POST", PATH, {
      provider: "jira",
      auth_type: "api_key",
    });
    expect(body["connection_id"]).toMatch(/^conn_\d+$/);
  });

  it("lists by pages", async () => {
    const { send } = await anAgent();
    for (let n = 0; n < 31; n += 1)
      await send("POST", PATH, {
        ...GMAIL,
        connection_id: `c ${String(n)}`,
      });
    const first = await send("GET", `${PATH}?page_size=30`);
    expect(first.body["connections"]).toHaveLength(30);
    const { next_page_token } = first.body;
    if (typeof next_page_token !== "string") throw new TypeError("no token");
    const second = await send("GET", `${PATH}?page_token=${next_page_token}`);
    expect(second.body).toMatchObject({
      connections: [{ connection_id: "c 30" }],
      next_page_token: "",
    });
    expect((await send("GET", `${PATH}/c%2030`)).status).toBe(200);
  });

  it("keeps what a PATCH leaves out, empties what is null, renames, switches, and takes its mask back", async () => {
    const { send, api } = await anAgent();
    await send("POST", PATH, GMAIL);
    const { status, body } = await send("PATCH", `${PATH}/gmail-support`, {
      connection_id: "gmail-new",
      credentials: { client_id: "5678", client_secret: "********" },
      settings: { auto_refresh: null, timeout: 30 },
      rate_limiting: null,
      scopes: [],
      state: "inactive",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      connection_id: "gmail-new",
      credentials: { client_id: "5678", client_secret: "********" },
      settings: { retry: { attempts: 3 }, timeout: 30 },
      scopes: [],
      state: "inactive",
    });
    expect(body["settings"]).not.toHaveProperty("auto_refresh");
    expect(body).not.toHaveProperty("rate_limiting");
    expect(
      api.holdsSecret(
        "gmail-new",
        "credentials.client_secret",
        "a-secret-of-some-length",
      ),
    ).toBe(true);
    expect((await send("GET", `${PATH}/gmail-support`)).status).toBe(404);
  });

  it("replaces the parts a PATCH names when the switch says so, secrets aside", async () => {
    const { send } = await anAgent({ switches: { patch: "replace" } });
    await send("POST", PATH, GMAIL);
    const { body } = await send("PATCH", `${PATH}/gmail-support`, {
      settings: { timeout: 30 },
      credentials: { client_id: "5678" },
    });
    expect(body).toMatchObject({
      settings: { timeout: 30 },
      credentials: { client_id: "5678", client_secret: "********" },
      scopes: ["mail.send"],
    });
    expect(body["settings"]).toEqual({ timeout: 30 });
  });

  it("tests a connection by what it holds", async () => {
    const { send } = await anAgent();
    await send("POST", PATH, GMAIL);
    const good = await send("POST", `${PATH}/gmail-support/test`);
    expect(good.body).toMatchObject({ result: "ok", state: "active" });
    await send("PATCH", `${PATH}/gmail-support`, {
      credentials: { client_secret: null },
    });
    const bad = await send("POST", `${PATH}/gmail-support/test`);
    expect(bad.body).toMatchObject({ result: "failed", state: "error" });
  });

  it("deletes, once", async () => {
    const { send } = await anAgent();
    await send("POST", PATH, GMAIL);
    expect((await send("DELETE", `${PATH}/gmail-support`)).status).toBe(200);
    const again = await send("DELETE", `${PATH}/gmail-support`);
    expect(again.status).toBe(404);
    expect(errorInfo(again)["error_code"]).toBe("RESOURCE_NOT_FOUND");
  });

  it.each<readonly [string, unknown, number]>([
    ["a taken name", GMAIL, 409],
    ["an unknown member", { ...GMAIL, colour: "red" }, 400],
    ["another auth type", { ...GMAIL, auth_type: "bearer" }, 400],
    ["no provider", { auth_type: "oauth2" }, 400],
    ["a credential that is not text", { ...GMAIL, credentials: { a: 1 } }, 400],
    ["a state the platform finds", { ...GMAIL, state: "error" }, 400],
    ["a list", [], 400],
  ])("refuses %s", async (_what, body, status) => {
    const { send, api } = await anAgent();
    await send("POST", PATH, GMAIL);
    expect((await send("POST", PATH, body)).status).toBe(status);
    expect(api.snapshot().agents).toHaveLength(1);
  });

  it("is a world of its own, on the same server and the same faults", async () => {
    const { send, api } = await anAgent();
    await send("POST", PATH, GMAIL);
    expect(api.snapshot().connections).toEqual([]);
    api.setFaults([{ kind: "429", route: `POST ${PATH}` }]);
    expect((await send("POST", PATH, GMAIL)).status).toBe(429);
  });

  it("wants its own token, and is not there without one", async () => {
    const { send } = await anAgent({}, "wrong");
    expect((await send("GET", PATH)).status).toBe(401);
    const client = await aClient();
    expect((await client.send("GET", PATH)).status).toBe(404);
  });

  it.each([
    ["PUT", PATH, 501],
    ["GET", `${PATH}/x/test`, 501],
    ["GET", `${PATH}/x/y`, 404],
    ["GET", `${PATH}/`, 404],
    ["GET", "/v1/connect/other", 404],
    ["GET", `${PATH}/%zz`, 400],
  ])("answers %s %s with %d", async (method, path, status) => {
    const { send } = await anAgent();
    expect((await send(method, path)).status).toBe(status);
  });

  it("survives a restart", async () => {
    const dataFile = join(await aFolder(), "data");
    const first = await anAgent({ dataFile });
    await first.send("POST", PATH, GMAIL);
    await first.send("PATCH", `${PATH}/gmail-support`, { state: "inactive" });
    const before = (await first.send("GET", PATH)).body;
    await first.api.close();
    const second = await anAgent({ dataFile });
    expect((await second.send("GET", PATH)).body).toEqual(before);
  });

  it.each<Partial<Switches>>([
    {},
    { patch: "replace", maskStyle: "omitted" },
    { maskStyle: "last4" },
  ])("serves its driver: %j", async (switches) => {
    const { api, clock } = await aClient({ apiToken: TOKEN, switches });
    const http = createHttpClient({
      origin: api.origin,
      clock,
      limits: { concurrency: 4, requestsPerSecond: 10_000, timeoutMs: 5_000 },
      scrub: (text) => text,
      userAgent: "tieline/test",
    });
    onTestFinished(() => http.close());
    const token = new Secret(TOKEN);
    const options = { http, token, clock, catalogue: [], apiHost: "embedded" };
    const driver = createAgentAuthDriver(options);
    const signal = new AbortController().signal;
    const request = {
      step: "create" as const,
      key: "gmail-support",
      provider: "gmail",
      authType: "oauth2",
      remoteId: null,
      fields: {
        "/credentials/client_id": "1234",
        "/settings/timeout": 30,
        "/state": "inactive",
      },
      secrets: new Map([
        ["/credentials/client_secret", new Secret("a-secret-of-some-length")],
      ]),
    };
    const { remoteId } = await driver.execute(request, signal);
    await driver.execute(
      {
        ...request,
        step: "configure",
        remoteId,
        fields: { "/settings/timeout": null, "/state": "active" },
        secrets: new Map(),
      },
      signal,
    );
    const live = await driver.find("gmail-support", signal);
    expect(live?.fields).toEqual({
      "/provider": "gmail",
      "/auth_type": "oauth2",
      "/state": "active",
      "/credentials/client_id": "1234",
    });
    expect(
      api.holdsSecret(
        "gmail-support",
        "credentials.client_secret",
        "a-secret-of-some-length",
      ),
    ).toBe(true);
    await driver.execute({ ...request, step: "delete", remoteId }, signal);
    expect(await driver.find("gmail-support", signal)).toBeNull();
  });
});
