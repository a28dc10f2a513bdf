import { describe, expect, it } from "vitest";

import { isJsonObject } from "../../../src/domain/json.ts";
import {
  aClient,
  createConnection,
  errorInfo,
} from "../../support/embedded.ts";
import type { Client } from "../../support/embedded.ts";

const ACME = {
  display_name: "Acme Tickets",
  proxy_url: "https://{{domain}}/api",
  auth_patterns: [{ type: "API_KEY", fields: [] }],
  metadata: { team: "support" },
};

function namesIn(list: unknown): unknown[] {
  const items: unknown[] = Array.isArray(list) ? list : [];
  return items.map((item) => (isJsonObject(item) ? item["key_id"] : item));
}

async function listAll(client: Client, query: string): Promise<unknown[]> {
  const names: unknown[] = [];
  let token = "";
  do {
    const { body } = await client.send(
      "GET",
      `/api/v1/connections/app?${query}&page_token=${token}`,
    );
    names.push(...namesIn(body["connections"]));
    token =
      typeof body["next_page_token"] === "string"
        ? body["next_page_token"]
        : "";
  } while (token !== "");
  return names;
}

describe("listing connections", () => {
  it("gives every app connection once, by pages of 30, without settings", async () => {
    const client = await aClient();
    const wanted = Array.from({ length: 65 }, (_, n) => `c-${String(n)}`);
    for (const key_id of wanted) {
      client.api.seedConnection({
        key_id,
        provider_key: "GMAIL",
        type: "OAUTH",
      });
    }
    client.api.seedConnection({
      key_id: "login",
      provider_key: "GMAIL",
      type: "OAUTH",
      isApp: false,
    });
    const { body } = await client.send("GET", "/api/v1/connections/app");
    expect(body["total_size"]).toBe(65);
    expect(body["connections"]).toHaveLength(30);
    expect(JSON.stringify(body)).not.toContain("oauth_config");
    expect(await listAll(client, "")).toEqual(wanted);
    expect(await listAll(client, "page_size=7")).toEqual(wanted);
  });

  it("filters by provider exactly and searches name and provider", async () => {
    const client = await aClient();
    await createConnection(client, "mail");
    await createConnection(client, "chat", { provider_key: "SLACK" });
    expect(await listAll(client, "provider=SLACK")).toEqual(["chat"]);
    expect(await listAll(client, "provider=slack")).toEqual([]);
    expect(await listAll(client, "query=gma")).toEqual(["mail"]);
    expect(await listAll(client, "query=cha")).toEqual(["chat"]);
  });

  it.each([
    "page_size=31",
    "page_size=many",
    "page_size=-1",
    "query=ab",
    `query=${"x".repeat(101)}`,
    "provider=",
    "page_token=never-given-out",
  ])("refuses %s", async (query) => {
    const client = await aClient();
    const answer = await client.send("GET", `/api/v1/connections/app?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 3 } });
  });

  it("names the broken rule and never the value", async () => {
    const client = await aClient();
    const answer = await client.send("GET", "/api/v1/connections/app?query=zq");
    expect(answer.body["message"]).toBe("Validation error");
    expect(errorInfo(answer)["validation_error_info"]).toEqual({
      field_violations: [
        {
          field: "query",
          description: "value is too short",
          constraint: "string.min_len",
        },
      ],
    });
  });

  it("lists completed and enabled ones by the plain route unless all are asked for", async () => {
    const client = await aClient();
    await createConnection(client, "mail");
    await createConnection(client, "off");
    client.api.mutate("off", { enabled: false });
    const plain = await client.send("GET", "/api/v1/connections");
    expect(namesIn(plain.body["connections"])).toEqual(["mail"]);
    const all = await client.send("GET", "/api/v1/connections?include=all");
    expect(namesIn(all.body["connections"])).toEqual(["mail", "off"]);
  });
});

describe("custom providers", () => {
  it("are created, replaced, used and deleted", async () => {
    const client = await aClient();
    const made = await client.send("POST", "/api/v1/custom-providers", ACME);
    expect(made.status).toBe(201);
    const { identifier } = made.body["provider"] as { identifier: string };
    expect(identifier).toMatch(/^ACMETICKETS:\d+$/);
    const path = `/api/v1/custom-providers/${encodeURIComponent(identifier)}`;

    const rest = { ...ACME, metadata: undefined };
    const replaced = await client.send("PUT", path, {
      ...rest,
      description: "new",
    });
    expect(replaced.body["provider"]).toMatchObject({
      identifier,
      description: "new",
    });
    expect(replaced.body["provider"]).not.toHaveProperty("metadata");

    const { id } = await createConnection(client, "tickets", {
      provider_key: identifier,
      type: "API_KEY",
    });
    expect((await client.send("DELETE", path)).status).toBe(400);
    await client.send("DELETE", `/api/v1/connections/${id}`);
    expect(await client.send("DELETE", path)).toMatchObject({
      status: 200,
      body: {},
    });
    expect((await client.send("DELETE", path)).status).toBe(404);
    expect((await client.send("PUT", path, ACME)).status).toBe(404);
  });

  it.each([
    ["a hyphen in the name", { display_name: "Acme-Tickets" }],
    ["a name of spaces", { display_name: "   " }],
    ["plain http", { proxy_url: "http://acme.example" }],
    ["no proxy_url", { proxy_url: undefined }],
    ["no auth_patterns", { auth_patterns: undefined }],
    ["empty auth_patterns", { auth_patterns: [] }],
    ["a short metadata key", { metadata: { ab: "x" } }],
    ["an unknown member", { colour: "red" }],
  ])("refuse %s", async (_, members) => {
    const client = await aClient();
    const answer = await client.send("POST", "/api/v1/custom-providers", {
      ...ACME,
      ...members,
    });
    expect(answer.status).toBe(400);
  });

  it("are listed apart from the built-in ones", async () => {
    const client = await aClient();
    await client.send("POST", "/api/v1/custom-providers", ACME);
    const count = async (query: string) =>
      (await client.send("GET", `/api/v1/providers?${query}`)).body[
        "total_size"
      ];
    expect(await count("")).toBe(6);
    expect(await count("filter.provider_type=CUSTOM&page_size=1000")).toBe(1);
    expect(await count("filter.provider_type=ALL")).toBe(7);
    expect(await count("identifier=GMAIL")).toBe(1);
  });
});

describe("connected accounts", () => {
  it("are counted and filtered by connection and never show a token", async () => {
    const client = await aClient();
    await createConnection(client, "mail");
    await createConnection(client, "chat", { provider_key: "SLACK" });
    client.api.seedAccounts("mail", [
      {
        identifier: "ann",
        status: "EXPIRED",
        authorization_details: { token: "leak" },
      },
      { identifier: "bob" },
    ]);
    client.api.seedAccounts("chat", 3);
    const get = (query: string) =>
      client.send("GET", `/api/v1/connected_accounts${query}`);
    expect(
      (await get("?connection_names=mail&page_size=1")).body,
    ).toMatchObject({
      total_size: 2,
      connected_accounts: [{ connector: "mail", status: "EXPIRED" }],
    });
    expect(
      (await get("?connection_names=mail&connection_names=chat")).body[
        "total_size"
      ],
    ).toBe(5);
    expect((await get("?connector=chat")).body["total_size"]).toBe(3);
    expect((await get(":search?query=ann")).body["total_size"]).toBe(1);
    expect(
      (await get("/details?connector=mail&identifier=bob")).body,
    ).toMatchObject({ connected_account: { identifier: "bob" } });
    expect(JSON.stringify(await get(""))).not.toContain("leak");
  });

  it.each([
    "?page_size=101",
    "?connection_names=mail&connector=chat",
    `?${Array.from({ length: 21 }, (_, n) => `connection_names=c${String(n)}`).join("&")}`,
    "?connection_names=a/b",
    ":search?query=ab",
    ":search",
  ])("refuse %s", async (query) => {
    const client = await aClient();
    expect(
      (await client.send("GET", `/api/v1/connected_accounts${query}`)).status,
    ).toBe(400);
  });

  it("do not give out credentials", async () => {
    const client = await aClient();
    expect(
      (await client.send("GET", "/api/v1/connected_accounts/auth")).status,
    ).toBe(501);
    expect(
      (await client.send("GET", "/api/v1/connected_accounts/details")).status,
    ).toBe(404);
  });
});
