import { describe, expect, it } from "vitest";

import {
  aClient,
  createConnection,
  errorInfo,
} from "../../support/embedded.ts";

const GMAIL = { provider_key: "GMAIL", type: "OAUTH", key_id: "mail" };

describe("create", () => {
  it("fills endpoints and redirect URI and enables the connection", async () => {
    const client = await aClient();
    const connection = await createConnection(client, "mail");
    expect(connection).toMatchObject({
      key_id: "mail",
      provider_key: "GMAIL",
      type: "OAUTH",
      enabled: true,
      status: "COMPLETED",
      oauth_config: {
        authorize_uri: "https://gmail.example/oauth/authorize",
        token_uri: "https://gmail.example/oauth/token",
        redirect_uri: `https://embedded.example/sso/v1/oauth/${connection.id}/callback`,
        use_platform_creds: true,
      },
    });
    expect(connection["id"]).toMatch(/^conn_\d+$/);
  });

  it("fills the client of a provider that registers dynamically", async () => {
    const client = await aClient();
    const connection = await createConnection(client, "notes", {
      provider_key: "NOTIONMCP",
    });
    expect(connection).toMatchObject({
      status: "COMPLETED",
      mcp_server_url: "https://notionmcp.example/mcp",
      oauth_config: {
        client_id: expect.stringMatching(/^dcr-/) as unknown,
        client_secret: "********",
        pkce_enabled: true,
      },
    });
  });

  it("needs a token", async () => {
    const client = await aClient();
    for (const authorization of ["", "Bearer wrong", `Basic ${client.token}`]) {
      const reply = await client.raw("GET", "/api/v1/connections/app", {
        headers: { authorization },
      });
      expect(reply.status).toBe(401);
      expect(await reply.json()).toMatchObject({ code: 16 });
    }
  });

  it("answers a taken name with 400 DUPLICATE_IDENTIFIER", async () => {
    const client = await aClient();
    await createConnection(client, "mail");
    const answer = await client.send("POST", "/api/v1/connections", GMAIL);
    expect(answer.status).toBe(400);
    expect(answer.body["code"]).toBe(3);
    expect(errorInfo(answer)).toMatchObject({
      "@type": "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo",
      error_code: "DUPLICATE_IDENTIFIER",
      request_info: { request_id: answer.headers.get("x-request-id") },
    });
  });

  it("refuses reserved names, as the switch lists them", async () => {
    const client = await aClient({ switches: { reservedNames: ["mail"] } });
    const answer = await client.send("POST", "/api/v1/connections", GMAIL);
    expect(errorInfo(answer)["error_code"]).toBe("RESTRICTED_CONNECTION_NAME");
  });

  it("names the unnamed after the provider, the second with a suffix", async () => {
    const client = await aClient();
    const body = { provider_key: "GMAIL", type: "OAUTH" };
    await client.send("POST", "/api/v1/connections", body);
    await client.send("POST", "/api/v1/connections", body);
    const names = client.api.snapshot().connections.map((c) => c["key_id"]);
    expect(names).toEqual(["gmail", expect.stringMatching(/^gmail-\w{6}$/)]);
  });

  it.each([
    ["settings", { ...GMAIL, oauth_config: { client_id: "x" } }],
    ["a name in both spellings", { ...GMAIL, keyId: "x" }],
    ["a wrapped body", { connection: GMAIL }],
    ["an unknown provider", { ...GMAIL, provider_key: "NOBODY" }],
    ["an unknown type", { ...GMAIL, type: "MAGIC" }],
    ["an undefined enum number", { ...GMAIL, type: 99 }],
    ["no provider", { type: "OAUTH", key_id: "mail" }],
    ["no type", { provider_key: "GMAIL", key_id: "mail" }],
    ["a name that is not text", { ...GMAIL, key_id: 7 }],
    ["WEBAUTHN under another name", { ...GMAIL, type: "WEBAUTHN" }],
    ["SCALEKIT under another key", { ...GMAIL, provider: "SCALEKIT" }],
    ["a list", []],
  ])("refuses %s and keeps nothing", async (_, body) => {
    const client = await aClient();
    const answer = await client.send("POST", "/api/v1/connections", body);
    expect(answer.status).toBe(400);
    expect(answer.body["code"]).toBe(3);
    expect(client.api.snapshot().connections).toEqual([]);
  });

  it("takes enum numbers as their names", async () => {
    const client = await aClient();
    const connection = await createConnection(client, "mail", { type: 4 });
    expect(connection["type"]).toBe("OAUTH");
  });
});

describe("update", () => {
  async function anUpdatable(options: Parameters<typeof aClient>[0] = {}) {
    const client = await aClient(options);
    const { id } = await createConnection(client, "mail");
    const path = `/api/v1/connections/${id}`;
    const patch = (body: object) =>
      client.send("PATCH", path, { ...GMAIL, ...body });
    const read = async () =>
      (await client.send("GET", path)).body["connection"];
    return { client, path, patch, read };
  }

  it.each([
    ["key_id", 400, 3, "keyId is required"],
    ["provider_key", 400, 3, "Validation error"],
    ["type", 500, 13, "error converting connection"],
  ])("without %s answers %i, code %i", async (name, status, code, message) => {
    const { client, path } = await anUpdatable();
    const body = { ...GMAIL, [name]: undefined };
    const answer = await client.send("PATCH", path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code, message });
  });

  it("keeps omitted URIs, stores the rest, ignores redirect_uri and masks the secret", async () => {
    const { client, patch, read } = await anUpdatable();
    const oauth_config = {
      client_id: "abc",
      client_secret: "a-secret-of-some-length",
      use_platform_creds: false,
      scopes: ["b", "a"],
      redirect_uri: "https://elsewhere.example",
    };
    const { status, body } = await patch({ oauth_config });
    expect(status).toBe(200);
    expect(await read()).toEqual(body["connection"]);
    expect(await read()).toMatchObject({
      oauth_config: {
        authorize_uri: "https://gmail.example/oauth/authorize",
        client_id: "abc",
        client_secret: "********",
        use_platform_creds: false,
        scopes: ["b", "a"],
        redirect_uri: expect.stringContaining("embedded.example") as unknown,
      },
    });
    const holds = (text: string) =>
      client.api.holdsSecret("mail", "oauth_config.client_secret", text);
    expect(holds("a-secret-of-some-length")).toBe(true);
    expect(holds("another")).toBe(false);
  });

  it.each([
    ["omitted", undefined],
    ["full", "********"],
    ["last4", "********ngth"],
  ] as const)(
    "shows a secret %s and keeps it when the mask comes back",
    async (maskStyle, shown) => {
      const { client, patch, read } = await anUpdatable({
        switches: { maskStyle },
      });
      const secret = "a-secret-of-some-length";
      await patch({ oauth_config: { client_secret: secret } });
      const live = (await read()) as {
        oauth_config: { client_secret?: string };
      };
      expect(live.oauth_config.client_secret).toBe(shown);
      await patch({ oauth_config: { client_secret: shown } });
      expect(
        client.api.holdsSecret("mail", "oauth_config.client_secret", secret),
      ).toBe(true);
    },
  );

  it("clears a secret with the empty text", async () => {
    const { patch, read } = await anUpdatable();
    await patch({ oauth_config: { client_secret: "x", client_id: "y" } });
    await patch({ oauth_config: { client_secret: "" } });
    expect(JSON.stringify(await read())).not.toContain("client_secret");
  });

  it("merges or replaces settings, as the switch says", async () => {
    for (const [patchMode, prompt] of [
      ["merge", "consent"],
      ["replace", undefined],
    ] as const) {
      const { patch, read } = await anUpdatable({
        switches: { patch: patchMode },
      });
      await patch({ oauth_config: { prompt: "consent" } });
      await patch({ oauth_config: { client_id: "abc" } });
      const live = (await read()) as { oauth_config: Record<string, string> };
      expect(live.oauth_config["prompt"]).toBe(prompt);
      expect(live.oauth_config["token_uri"]).toBe(
        "https://gmail.example/oauth/token",
      );
    }
  });

  it("clears or keeps scopes that are not sent, as the switch says", async () => {
    for (const [emptyScopes, scopes] of [
      ["clear", undefined],
      ["keep", ["a"]],
    ] as const) {
      const { patch, read } = await anUpdatable({ switches: { emptyScopes } });
      await patch({ oauth_config: { scopes: ["a"] } });
      await patch({ oauth_config: { scopes: [] } });
      const live = (await read()) as { oauth_config: { scopes?: string[] } };
      expect(live.oauth_config.scopes).toEqual(scopes);
    }
  });

  it("drops the login-side members silently", async () => {
    const { patch, read } = await anUpdatable();
    const { status } = await patch({
      ui_button_title: "x",
      debug_enabled: true,
      attribute_mapping: { a: "b" },
      provider: "OKTA",
    });
    expect(status).toBe(200);
    expect(JSON.stringify(await read())).not.toMatch(
      /ui_button_title|debug_enabled|attribute_mapping|OKTA/,
    );
  });

  it.each([
    ["settings of another type", { static_config: {} }],
    ["two settings", { oauth_config: {}, google_dwd_config: {} }],
    ["an unknown member", { oauth_config: { colour: "red" } }],
    ["enabled", { enabled: false }],
    ["an unknown provider", { provider_key: "NOBODY" }],
    ["a name of 301 characters", { key_id: "x".repeat(301) }],
    [
      "31 attribute pairs",
      {
        attribute_mapping: Object.fromEntries(
          Array.from({ length: 31 }, (_, n) => [`a${String(n)}`, "b"]),
        ),
      },
    ],
    [
      "a reserved OAuth parameter",
      {
        oauth_config: {
          extensions: { extra_authorize_params: { state: "x" } },
        },
      },
    ],
    ["a text where a list belongs", { oauth_config: { scopes: "a b" } }],
  ])("refuses %s", async (_, body) => {
    const { patch, read } = await anUpdatable();
    const before = await read();
    expect((await patch(body)).status).toBe(400);
    expect(await read()).toEqual(before);
  });

  it("takes back a member of a newer environment", async () => {
    const { client, patch, read } = await anUpdatable();
    client.api.mutate("mail", { oauth_config: { newer_member: 1 } });
    expect((await patch({ oauth_config: { newer_member: 2 } })).status).toBe(
      200,
    );
    expect(await read()).toMatchObject({ oauth_config: { newer_member: 2 } });
  });

  it("renames, unless the name is taken", async () => {
    const { client, patch, read } = await anUpdatable();
    await createConnection(client, "other");
    expect((await patch({ key_id: "other" })).status).toBe(400);
    expect((await patch({ key_id: "post" })).status).toBe(200);
    expect(await read()).toMatchObject({ key_id: "post" });
    await createConnection(client, "mail");
  });

  it("converts to another type with fresh settings, or refuses", async () => {
    const { patch } = await anUpdatable();
    await patch({ oauth_config: { client_id: "abc" } });
    const { body } = await patch({ type: "BEARER", provider_key: "AFFINITY" });
    expect(body["connection"]).toMatchObject({
      type: "BEARER",
      status: "IN_PROGRESS",
    });
    expect(body["connection"]).not.toHaveProperty("oauth_config");
    const strict = await anUpdatable({ switches: { typeChange: "refuse" } });
    expect((await strict.patch({ type: "BEARER" })).status).toBe(400);
  });

  it("completes an own client only when it is whole", async () => {
    const { patch } = await anUpdatable();
    const first = await patch({
      oauth_config: { use_platform_creds: false, client_id: "x" },
    });
    expect(first.body["connection"]).toMatchObject({ status: "IN_PROGRESS" });
    const second = await patch({ oauth_config: { client_secret: "y" } });
    expect(second.body["connection"]).toMatchObject({ status: "COMPLETED" });
  });

  it("takes a service account and masks it", async () => {
    const client = await aClient();
    const made = await createConnection(client, "dwd", {
      provider_key: "GOOGLEDWD",
      type: "GOOGLE_DWD",
    });
    const answer = await client.send(
      "PATCH",
      `/api/v1/connections/${made.id}`,
      {
        key_id: "dwd",
        provider_key: "GOOGLEDWD",
        type: "GOOGLE_DWD",
        google_dwd_config: { service_account_json: "{}", scopes: ["s"] },
      },
    );
    expect(answer.body["connection"]).toMatchObject({
      status: "COMPLETED",
      google_dwd_config: { service_account_json: "********", scopes: ["s"] },
    });
  });
});

describe("toggle and delete", () => {
  it("enables and disables with a reply of their own", async () => {
    const client = await aClient();
    const { id } = await createConnection(client, "mail");
    const path = `/api/v1/connections/${id}`;
    expect((await client.send("PATCH", `${path}:disable`)).body).toEqual({
      enabled: false,
    });
    expect(client.api.snapshot().connections[0]).toMatchObject({
      enabled: false,
    });
    expect((await client.send("PATCH", `${path}:enable`)).body).toEqual({
      enabled: true,
    });
    expect(
      (await client.send("PATCH", "/api/v1/connections/conn_0:enable")).status,
    ).toBe(404);
  });

  it("deletes once; then everything about it is 404", async () => {
    const client = await aClient();
    const { id } = await createConnection(client, "mail");
    const path = `/api/v1/connections/${id}`;
    expect(await client.send("DELETE", path)).toMatchObject({
      status: 200,
      body: {},
    });
    for (const method of ["GET", "DELETE"]) {
      expect(await client.send(method, path)).toMatchObject({
        status: 404,
        body: { code: 5 },
      });
    }
    expect((await client.send("PATCH", path, GMAIL)).status).toBe(404);
  });

  it.each([
    ["refuse", 400, 2],
    ["cascade", 200, 0],
    ["orphan", 200, 2],
  ] as const)(
    "with accounts: %s answers %i and leaves %i accounts",
    async (deleteWithAccounts, status, left) => {
      const client = await aClient({ switches: { deleteWithAccounts } });
      const { id } = await createConnection(client, "mail");
      client.api.seedAccounts("mail", 2);
      expect(
        (await client.send("DELETE", `/api/v1/connections/${id}`)).status,
      ).toBe(status);
      expect(client.api.snapshot().accounts).toHaveLength(left);
    },
  );
});

describe("reading", () => {
  it("spells out zero values only when asked", async () => {
    const absent = await createConnection(await aClient(), "mail");
    expect(absent).not.toHaveProperty("domains");
    const client = await aClient({ switches: { zeroValues: "present" } });
    const present = await createConnection(client, "mail");
    expect(present).toMatchObject({
      domains: [],
      debug_enabled: false,
      ui_button_title: "",
      oauth_config: { scopes: [] },
    });
    expect(
      (await client.send("GET", "/api/v1/connections/app")).body,
    ).toMatchObject({
      next_page_token: "",
      prev_page_token: "",
      total_size: 1,
    });
  });

  it("answers as before a write until the lag has passed", async () => {
    const client = await aClient({ switches: { readLagMs: 500 } });
    const { id } = await createConnection(client, "mail");
    const path = `/api/v1/connections/${id}`;
    expect((await client.send("GET", path)).status).toBe(404);
    expect((await client.send("GET", "/api/v1/connections/app")).body).toEqual(
      {},
    );
    client.clock.advance(500);
    expect((await client.send("GET", path)).status).toBe(200);
    await client.send("DELETE", path);
    expect((await client.send("GET", path)).status).toBe(200);
    client.clock.advance(500);
    expect((await client.send("GET", path)).status).toBe(404);
  });
});
