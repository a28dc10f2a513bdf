import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";

import {
  aClient,
  createConnection,
  postToken,
  readAnswer,
} from "../../support/embedded.ts";

const JSON_HEADERS = { "content-type": "application/json" };

/** Sends bytes as they are and returns the first line of what comes back. */
function sendRaw(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => {
      resolve(text.split("\r\n")[0] ?? "");
    });
  });
}

describe("the token endpoint", () => {
  it("gives a token of a day that is gone afterwards", async () => {
    const client = await aClient();
    const form = {
      grant_type: "client_credentials",
      client_id: "id",
      client_secret: "client-secret",
    };
    const { status, body } = await readAnswer(
      await postToken(client.api.origin, form),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 86399 });
    expect(body["access_token"]).not.toBe(client.token);
    client.clock.advance(86_399_000 - 1);
    expect((await client.send("GET", "/api/v1/connections/app")).status).toBe(
      200,
    );
    client.clock.advance(1);
    expect((await client.send("GET", "/api/v1/connections/app")).status).toBe(
      401,
    );
  });

  it.each([
    [
      401,
      "invalid_client",
      {
        grant_type: "client_credentials",
        client_id: "id",
        client_secret: "wrong",
      },
    ],
    [401, "invalid_client", { grant_type: "client_credentials" }],
    [400, "unsupported_grant_type", { grant_type: "password" }],
    [400, "invalid_request", { client_id: "id" }],
  ])("answers %i %s", async (status, error, form) => {
    const client = await aClient();
    const reply = await postToken(client.api.origin, form);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ error });
  });
});

describe("hostile input", () => {
  it.each([
    ["bad percent-encoding", "GET", "/api/v1/connections/%E0%A4%A", 400],
    [
      "a path of 33 characters",
      "GET",
      `/api/v1/connections/${"x".repeat(33)}`,
      400,
    ],
    ["an unknown path", "GET", "/api/v2/connections", 404],
    ["an unknown method", "PUT", "/api/v1/connections/app", 501],
    [
      "an organization route",
      "GET",
      "/api/v1/organizations/-/connections",
      501,
    ],
    ["a context", "GET", "/api/v1/connections/conn_1/contexts", 403],
    ["a token by GET", "GET", "/oauth/token", 501],
  ])("%s is refused", async (_, method, path, status) => {
    const client = await aClient();
    expect((await client.send(method, path)).status).toBe(status);
  });

  it.each([
    ["no JSON", "{", JSON_HEADERS, 400],
    ["nothing", "", JSON_HEADERS, 400],
    ["null", "null", JSON_HEADERS, 400],
    ["a text", '"x"', JSON_HEADERS, 400],
    ["another media type", "{}", { "content-type": "text/plain" }, 415],
    [
      "invalid UTF-8",
      new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      JSON_HEADERS,
      400,
    ],
    ["a deep nest", "[".repeat(200_000), JSON_HEADERS, 400],
    [
      "a deep value",
      `{"context":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`,
      JSON_HEADERS,
      400,
    ],
    ["a body of 2 MiB", " ".repeat(2 * 1024 * 1024), JSON_HEADERS, 413],
    [
      "__proto__",
      '{"__proto__":{"key_id":"x"},"provider_key":"GMAIL","type":"OAUTH"}',
      JSON_HEADERS,
      400,
    ],
    [
      "constructor",
      '{"constructor":1,"provider_key":"GMAIL","type":"OAUTH"}',
      JSON_HEADERS,
      400,
    ],
  ])(
    "a body that is %s is refused and the server goes on",
    async (_, body, headers, status) => {
      const client = await aClient();
      const reply = await client.raw("POST", "/api/v1/connections", {
        body,
        headers,
      });
      expect(reply.status).toBe(status);
      expect(client.api.snapshot().connections).toEqual([]);
      await createConnection(client, "after");
    },
  );

  it("keeps __proto__ in free-form members a plain member", async () => {
    const client = await aClient();
    const made = await createConnection(client, "key", {
      provider_key: "AFFINITY",
      type: "BEARER",
    });
    const reply = await client.raw("PATCH", `/api/v1/connections/${made.id}`, {
      headers: JSON_HEADERS,
      body: '{"provider_key":"AFFINITY","type":"BEARER","key_id":"key","static_config":{"static_config":{"__proto__":{"polluted":true}}}}',
    });
    expect(reply.status).toBe(200);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it.each([
    ["no HTTP", "hello\r\n\r\n", /^HTTP\/1.1 400/],
    [
      "huge headers",
      `GET / HTTP/1.1\r\nhost: x\r\na: ${"x".repeat(100_000)}\r\n\r\n`,
      /^HTTP\/1.1 431/,
    ],
  ])("%s gets a short answer", async (_, bytes, expected) => {
    const client = await aClient();
    expect(await sendRaw(client.api.origin, bytes)).toMatch(expected);
    await createConnection(client, "after");
  });
});

const OURS = [
  "127.0.0.1",
  "localhost",
  "LOCALHOST",
  "[::1]",
  "app.localhost",
].flatMap((host) => [host, `${host}:8080`]);
const OTHERS = [
  "x",
  "rebound.example",
  "rebound.example:8080",
  "localhost.rebound.example",
  "127.0.0.1.rebound.example",
  "rebound.example#localhost",
  "rebound.example:1@127.0.0.1",
  "10.0.0.1",
];

/** Asks for a method that is not served, under a name. */
function grpcStatus(origin: string, authority: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(origin);
    session.on("error", reject);
    const call = session.request(
      {
        ":method": "POST",
        ":path": "/none.Service/None",
        ":authority": authority,
        "content-type": "application/grpc",
      },
      { endStream: true },
    );
    call.on("error", reject);
    call.on("response", (headers) => {
      resolve(headers["grpc-status"]);
      session.destroy();
    });
  });
}

describe("a request that names another host", () => {
  it("gets nothing, whatever it asks for", async () => {
    const { api, token } = await aClient();
    const ask = (target: string, host: string): Promise<string> =>
      sendRaw(
        api.origin,
        [
          `GET ${target} HTTP/1.1`,
          `host: ${host}`,
          `authorization: Bearer ${token}`,
          "connection: close",
          "",
          "",
        ].join("\r\n"),
      );
    const path = "/api/v1/connections";
    for (const host of OURS)
      expect(await ask(path, host), host).toMatch(/^HTTP\/1.1 200/u);
    for (const host of OTHERS) {
      expect(await ask(path, host), host).toMatch(/^HTTP\/1.1 421/u);
      expect(await ask("/nowhere", host), host).toMatch(/^HTTP\/1.1 421/u);
    }
    expect(await ask(`http://localhost${path}`, "localhost")).toMatch(/ 200/u);
    expect(await ask(`http://rebound.example${path}`, "localhost")).toMatch(
      / 421/u,
    );
  });

  it("is refused over HTTP/2 as well", async () => {
    const { api } = await aClient();
    expect(await grpcStatus(api.origin, "localhost:1")).toBe("12");
    for (const host of OTHERS.filter((each) => !/[#@]/u.test(each)))
      expect(await grpcStatus(api.origin, host), host).toBe("7");
  });
});
