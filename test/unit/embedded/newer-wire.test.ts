import { connect as connectHttp2 } from "node:http2";
import { X509Certificate } from "node:crypto";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";

import { createServerCertificate } from "../../../src/embedded/transport/certificate.ts";
import { PERMISSIONS, startEmbedded } from "../../../src/embedded/index.ts";
import type { JsonObject } from "../../../src/domain/json.ts";
import {
  TEST_CATALOGUE,
  aClient,
  createConnection,
  errorInfo,
} from "../../support/embedded.ts";
import type { Client } from "../../support/embedded.ts";
import { CLIENT, FACTS } from "../../support/vendor-facts.ts";

const IDENTITY = { key_id: "mail", provider_key: "GMAIL", type: "OAUTH" };

async function patched(
  client: Client,
  id: string,
  oauth_config: JsonObject,
): Promise<{ readonly status: number; readonly body: JsonObject }> {
  return client.send("PATCH", `/api/v1/connections/${id}`, {
    ...IDENTITY,
    oauth_config,
  });
}

describe("names in lowerCamelCase", () => {
  it("are taken in bodies and queries, at every depth, and answered in proto names", async () => {
    const client = await aClient();
    const created = await client.send(
      "POST",
      "/api/v1/connections?flags.isApp=true",
      { keyId: "mail", providerKey: "GMAIL", type: "OAUTH" },
    );
    expect(created.body).toMatchObject({ connection: { key_id: "mail" } });
    const { id } = created.body["connection"] as { id: string };
    const { body } = await client.send("PATCH", `/api/v1/connections/${id}`, {
      keyId: "mail",
      providerKey: "GMAIL",
      type: "OAUTH",
      oauthConfig: {
        clientId: "1",
        optionalScopes: { scopes: ["a"], fieldName: "user_scope" },
        extensions: { extraAuthorizeParams: { camelCase: "kept" } },
      },
    });
    expect(body).toMatchObject({
      connection: {
        oauth_config: {
          client_id: "1",
          optional_scopes: { field_name: "user_scope" },
          extensions: { extra_authorize_params: { camelCase: "kept" } },
        },
      },
    });
    const listed = await client.send(
      "GET",
      "/api/v1/connections/app?pageSize=1",
    );
    expect(listed.body).toMatchObject({ total_size: 1 });
  });

  it("do not stand beside the proto name", async () => {
    const client = await aClient();
    const { status, body } = await client.send("POST", "/api/v1/connections", {
      ...IDENTITY,
      keyId: "other",
    });
    expect(status).toBe(400);
    expect(body["message"]).toContain("given twice");
  });
});

describe("scopes that users choose", () => {
  it("keep their lists in a request without the switch, and take both with it", async () => {
    const client = await aClient();
    const { id } = await createConnection(client, "mail");
    await patched(client, id, {
      scopes: ["a", "b"],
      optional_scopes: { scopes: ["c"] },
      scope_selection_allowed: true,
      required_scopes: ["a"],
      required_optional_scopes: ["c"],
    });
    const without = await patched(client, id, {
      scopes: ["a", "b"],
      required_scopes: [],
    });
    expect(without.body).toMatchObject({
      connection: { oauth_config: { required_scopes: ["a"] } },
    });
    const { body } = await patched(client, id, {
      scopes: ["a", "b"],
      scope_selection_allowed: true,
      required_scopes: ["b"],
    });
    const { oauth_config } = body["connection"] as { oauth_config: JsonObject };
    expect(oauth_config["required_scopes"]).toEqual(["b"]);
    expect(oauth_config).not.toHaveProperty("required_optional_scopes");
  });

  it.each([
    { scopes: ["a"], scope_selection_allowed: true, required_scopes: ["b"] },
    {
      optional_scopes: { scopes: ["a"] },
      scope_selection_allowed: true,
      required_optional_scopes: ["b"],
    },
  ])("are no part of others: %j", async (config) => {
    const client = await aClient();
    const { id } = await createConnection(client, "mail");
    expect((await patched(client, id, config)).status).toBe(400);
  });
});

describe("a context", () => {
  it("resolves the address of a provider that has a template, once", async () => {
    const client = await aClient();
    const { body } = await client.send("POST", "/api/v1/custom-providers", {
      display_name: "Acme",
      proxy_url: "https://{{domain}}/{{version}}/api",
      auth_patterns: [{ type: "BEARER" }],
    });
    const { identifier } = body["provider"] as { identifier: string };
    const members = { provider_key: identifier, type: "BEARER" };
    const resolved = await createConnection(client, "one", {
      ...members,
      context: { domain: "eu.acme.example", version: "v2" },
    });
    expect(resolved["resolved_proxy_url"]).toBe(
      "https://eu.acme.example/v2/api",
    );
    expect(resolved).not.toHaveProperty("context");
    const plain = await createConnection(client, "two", members);
    expect(plain).not.toHaveProperty("resolved_proxy_url");
    const strange = await client.send("POST", "/api/v1/connections", {
      ...IDENTITY,
      context: { region: "eu" },
    });
    expect(strange.status).toBe(400);
  });
});

describe("the shared credential of a connection", () => {
  it("is told from the users' accounts", async () => {
    const client = await aClient();
    await createConnection(client, "mail");
    client.api.seedAccounts("mail", [
      { identifier: "shared", is_org_wide_credential: true },
      { identifier: "someone" },
    ]);
    const names = async (query: string): Promise<unknown> => {
      const { body } = await client.send(
        "GET",
        `/api/v1/connected_accounts${query}`,
      );
      return (body["connected_accounts"] as JsonObject[]).map(
        ({ identifier }) => identifier,
      );
    };
    expect(await names("")).toEqual(["shared", "someone"]);
    expect(await names("?is_org_wide_credential=true")).toEqual(["shared"]);
    expect(await names("?is_org_wide_credential=false")).toEqual(["someone"]);
  });
});

describe("permissions", () => {
  it.each(
    Object.entries(FACTS.rpcs).filter(
      ([, { permissions, callers }]) =>
        (callers & CLIENT) !== 0 && permissions.length > 0,
    ),
  )(
    "are asked for before anything else: %s",
    async (_name, { http, permissions }) => {
      const client = await aClient({ permissions: [] });
      for (const { method, path } of http) {
        const { status, body } = await client.send(
          method,
          path.replaceAll(/\{\w+\}/g, "x"),
        );
        // What is not served at all is not denied either.
        expect([403, 501]).toContain(status);
        if (status === 403)
          expect(
            errorInfo({ status, body, headers: new Headers() }),
          ).toMatchObject({
            error_code: "PERMISSION_DENIED",
            resource_info: { required_permissions: permissions },
          });
      }
    },
  );

  it("let through what they are for, and nothing else", async () => {
    const client = await aClient({ permissions: ["agent_connectors:read"] });
    const statusOf = async (method: string, path: string): Promise<number> =>
      (await client.send(method, path)).status;
    expect(await statusOf("GET", "/api/v1/connections/app")).toBe(200);
    expect(await statusOf("GET", "/api/v1/providers")).toBe(200);
    expect(await statusOf("GET", "/api/v1/connections/conn_1")).toBe(403);
    expect(await statusOf("DELETE", "/api/v1/connections/conn_1")).toBe(403);
    expect(await statusOf("GET", "/api/v1/connected_accounts")).toBe(403);
  });

  it("are those of the vendor", () => {
    const all = new Set(
      Object.values(FACTS.rpcs).flatMap(({ permissions }) => permissions),
    );
    expect(PERMISSIONS.filter((name) => !all.has(name))).toEqual([]);
  });
});

describe("the vendor's routes", () => {
  it.each(
    Object.entries(FACTS.rpcs).flatMap(([name, { callers, http }]) =>
      http.map(({ method, path }) => ({ name, callers, method, path })),
    ),
  )("are there: $method $path", async ({ callers, method, path }) => {
    const client = await aClient();
    const { status, body } = await client.send(
      method,
      path.replaceAll(/\{\w+\}/g, "x"),
    );
    if ((callers & CLIENT) === 0) expect(status).toBe(403);
    // An object that is not there is 404, a route that is not there would be, too: the words
    // differ.
    expect(body["message"]).not.toBe("Not Found");
  });
});

describe("a call that is not served", () => {
  it.each([
    ["/scalekit.v1.connections.ConnectionService/CreateConnection", "12"],
    ["/scalekit.v1.connections.ConnectionService/GetConnectionContext", "7"],
    ["/scalekit.v1.tools.ToolService/ListTools", "12"],
  ])("is answered in one frame: %s", async (path, status) => {
    const { api } = await aClient();
    const session = connectHttp2(api.origin);
    onTestFinished(() => {
      session.destroy();
    });
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    const [headers, flags] = await new Promise<[object, number]>((resolve) => {
      stream.on("response", (found, flag) => {
        resolve([found, flag]);
      });
      stream.end();
    });
    expect(headers).toMatchObject({ ":status": 200, "grpc-status": status });
    // END_STREAM: gRPC calls this form of a reply "Trailers-Only".
    expect(flags & 1).toBe(1);
  });
});

describe("TLS", () => {
  it("offers both protocols to whoever trusts the authority, and nothing to others", async () => {
    const api = await startEmbedded({
      clientId: "id",
      clientSecret: "client-secret",
      clock: {
        now: () => Date.now(),
        sleep: () => Promise.resolve(),
        random: () => 0,
      },
      catalogue: TEST_CATALOGUE,
      isTls: true,
    });
    onTestFinished(() => api.close());
    const { port, protocol } = new URL(api.origin);
    expect(protocol).toBe("https:");
    const protocolOf = (
      ca: string | undefined,
      offered: string,
    ): Promise<unknown> =>
      new Promise((resolve) => {
        const socket = connectTls(
          {
            host: "127.0.0.1",
            port: Number(port),
            ALPNProtocols: [offered],
            ...(ca === undefined ? {} : { ca }),
          },
          () => {
            resolve(socket.alpnProtocol);
            socket.destroy();
          },
        );
        socket.on("error", (error: NodeJS.ErrnoException) => {
          resolve(error.code);
        });
      });
    expect(await protocolOf(api.authority, "h2")).toBe("h2");
    expect(await protocolOf(api.authority, "http/1.1")).toBe("http/1.1");
    expect(await protocolOf(undefined, "h2")).toMatch(/SELF_SIGNED|UNABLE_TO/);
  });

  it("has a certificate for loopback names, by an authority that can sign no other authority", () => {
    const now = Date.UTC(2026, 0, 15);
    const made = createServerCertificate(now);
    const server = new X509Certificate(made.certificate);
    const authority = new X509Certificate(made.authority);
    expect(server.checkIssued(authority)).toBe(true);
    expect(server.verify(authority.publicKey)).toBe(true);
    expect([server.ca, authority.ca]).toEqual([false, true]);
    expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(server.checkHost("localhost")).toBe("localhost");
    expect(server.checkHost("example.com")).toBeUndefined();
    expect(Date.parse(server.validFrom)).toBeLessThan(now);
    expect(Date.parse(server.validTo)).toBeGreaterThan(now);
    expect(createServerCertificate(now).authority).not.toBe(made.authority);
  });
});
