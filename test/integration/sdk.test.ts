import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { toJson } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  ScalekitBadRequestException,
  ScalekitGatewayTimeoutException,
  ScalekitNotFoundException,
  ScalekitNotImplementedException,
  ScalekitServerException,
  ScalekitTooManyRequestsException,
} from "@scalekit-sdk/node";
import { describe, expect, it } from "vitest";

import type { EmbeddedOptions } from "../../src/embedded/index.ts";
import { aClient, createConnection } from "../support/embedded.ts";
import type { Client } from "../support/embedded.ts";
import { anSdk, connectionsFile } from "../support/sdk.ts";
import type { Sdk } from "../support/sdk.ts";

const { ConnectionService, ConnectionStatus, ConnectionType } = connectionsFile;
const RPC = "/scalekit.v1.connections.ConnectionService";

async function aPair(
  options: Partial<EmbeddedOptions> = {},
): Promise<Client & Sdk> {
  const client = await aClient(options);
  return { ...client, ...anSdk(client.api.origin) };
}

/** The failure of a call, which must be the SDK's own. */
async function failureOf(
  call: Promise<unknown>,
): Promise<ScalekitServerException> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ScalekitServerException) return error;
  throw new TypeError("the call did not fail as the SDK's calls fail", {
    cause: error,
  });
}

describe("the vendor's SDK", () => {
  it("asks without a token, takes one, and asks again", async () => {
    const { api, sdk } = await aPair();
    await sdk.connection.listAppConnections();
    const path = `${RPC}/ListAppConnections`;
    expect(api.requests()).toEqual([
      { method: "POST", path, status: 401, isWrite: false },
      { method: "POST", path: "/oauth/token", status: 200, isWrite: false },
      { method: "POST", path, status: 200, isWrite: false },
    ]);
  });

  it("takes another token when the first is forgotten", async () => {
    const { api, sdk } = await aPair();
    await sdk.connection.listAppConnections();
    api.setFaults([{ kind: "token-expired", route: `${RPC}*`, times: 1 }]);
    await expect(sdk.connection.listAppConnections()).resolves.toBeDefined();
  });

  it("is refused with other credentials", async () => {
    const { api } = await aClient();
    const { sdk } = anSdk(api.origin, { secret: "wrong" });
    await expect(sdk.connection.listAppConnections()).rejects.toThrow();
  });

  it("lists by pages, filters and searches as REST does", async () => {
    const client = await aPair();
    for (let n = 0; n < 31; n += 1)
      await createConnection(client, `mail-${String(n)}`);
    await createConnection(client, "chat", { provider_key: "SLACK" });
    const { connection } = client.sdk;
    const first = await connection.listAppConnections();
    expect(first.connections).toHaveLength(30);
    expect(first.totalSize).toBe(32);
    const second = await connection.listAppConnections({
      pageToken: first.nextPageToken,
    });
    expect(second.connections.map(({ keyId }) => keyId)).toEqual([
      "mail-30",
      "chat",
    ]);
    expect(second.nextPageToken).toBe("");
    const chats = await connection.listAppConnections({ provider: "SLACK" });
    expect(chats.connections).toHaveLength(1);
    const refusal = await failureOf(
      connection.listAppConnections({ pageSize: 31 }),
    );
    expect(refusal).toBeInstanceOf(ScalekitBadRequestException);
  });

  it("creates, reads, changes, switches and deletes through its generated client, and REST shows the same", async () => {
    const client = await aPair();
    const { api, core, connections } = client;
    const created = await core.connectExec(
      connections.createEnvironmentConnection,
      {
        connection: {
          providerKey: "GMAIL",
          type: ConnectionType.OAUTH,
          keyId: "mail",
        },
        flags: { isApp: true },
      },
    );
    const connectionId = created.connection?.id ?? "";
    expect(created.connection).toMatchObject({
      keyId: "mail",
      enabled: true,
      settings: { case: "oauthConfig" },
    });

    const updated = await core.connectExec(
      connections.updateEnvironmentConnection,
      {
        connectionId,
        connection: {
          providerKey: "GMAIL",
          type: ConnectionType.OAUTH,
          keyId: "mail-support",
          settings: {
            case: "oauthConfig",
            value: {
              clientId: "1234",
              clientSecret: "a-secret-of-some-length",
              usePlatformCreds: false,
              scopes: ["mail.send"],
              extensions: { extraAuthorizeParams: { hd: "example.com" } },
            },
          },
        },
      },
    );
    expect(updated.connection).toMatchObject({
      keyId: "mail-support",
      status: ConnectionStatus.COMPLETED,
      settings: {
        case: "oauthConfig",
        value: {
          clientId: "1234",
          clientSecret: "********",
          usePlatformCreds: false,
          scopes: ["mail.send"],
        },
      },
    });
    const path = "oauth_config.client_secret";
    expect(
      api.holdsSecret("mail-support", path, "a-secret-of-some-length"),
    ).toBe(true);

    for (const enabled of [false, true]) {
      const method = enabled
        ? connections.enableEnvironmentConnection
        : connections.disableEnvironmentConnection;
      const toggled = await core.connectExec(method, { connectionId });
      expect(toggled.enabled).toBe(enabled);
    }
    const read = await core.connectExec(connections.getEnvironmentConnection, {
      connectionId,
    });
    const { body } = await client.send(
      "GET",
      `/api/v1/connections/${connectionId}`,
    );
    expect(
      toJson(connectionsFile.GetConnectionResponseSchema, read, {
        useProtoFieldName: true,
      }),
    ).toEqual(body);

    await core.connectExec(connections.deleteEnvironmentConnection, {
      connectionId,
    });
    const gone = await failureOf(
      core.connectExec(connections.getEnvironmentConnection, { connectionId }),
    );
    expect(gone).toBeInstanceOf(ScalekitNotFoundException);
    expect(api.snapshot().connections).toEqual([]);
  });

  it("lists accounts and finds one, never with a credential", async () => {
    const { api, sdk, core, accounts } = await aPair();
    for (const key_id of ["mail", "other"]) {
      api.seedConnection({ key_id, provider_key: "GMAIL", type: "OAUTH" });
      api.seedAccounts(key_id, [{ identifier: `${key_id}@example.com` }]);
    }
    const all = await sdk.connectedAccounts.listConnectedAccounts();
    expect(all.totalSize).toBe(2);
    const { connectedAccounts: found } =
      await sdk.connectedAccounts.listConnectedAccounts({
        connectionNames: ["mail"],
      });
    expect(found).toMatchObject([
      { identifier: "mail@example.com", connector: "mail", provider: "GMAIL" },
    ]);
    const { connectedAccount } = await core.connectExec(
      accounts.getConnectedAccountDetails,
      { id: found[0]?.id ?? "" },
    );
    expect(connectedAccount?.identifier).toBe("mail@example.com");
    expect(connectedAccount?.authorizationDetails).toBeUndefined();
    const searched = await core.connectExec(accounts.searchConnectedAccounts, {
      query: "other@",
    });
    expect(searched.totalSize).toBe(1);
  });

  it("raises its own exceptions with the vendor's error code, the request id and the broken rules", async () => {
    const client = await aPair();
    const { core, connections, sdk } = client;
    await createConnection(client, "mail");
    const taken = await failureOf(
      core.connectExec(connections.createEnvironmentConnection, {
        connection: {
          providerKey: "GMAIL",
          type: ConnectionType.OAUTH,
          keyId: "mail",
        },
      }),
    );
    expect(taken).toBeInstanceOf(ScalekitBadRequestException);
    expect(taken.errorCode).toBe("DUPLICATE_IDENTIFIER");
    expect(taken.unpackedDetails[0]?.requestInfo?.requestId).toMatch(/^grpc-/);

    const unnamed = await failureOf(
      core.connectExec(connections.getEnvironmentConnection, {}),
    );
    expect(
      unnamed.unpackedDetails[0]?.validationErrorInfo?.fieldViolations,
    ).toMatchObject([{ field: "connection_id", constraint: "string.min_len" }]);

    const missing = await failureOf(
      core.connectExec(connections.getEnvironmentConnection, {
        connectionId: "conn_404",
      }),
    );
    expect(missing).toBeInstanceOf(ScalekitNotFoundException);
    expect(missing.errorCode).toBe("RESOURCE_NOT_FOUND");

    const unserved = await failureOf(
      sdk.connection.getConnection("org_1", "conn_1"),
    );
    expect(unserved).toBeInstanceOf(ScalekitNotImplementedException);
  });

  it("refuses settings of the login side as those of another type, and takes a static configuration", async () => {
    const client = await aPair();
    const { core, connections, api } = client;
    const { id } = await createConnection(client, "keys", {
      provider_key: "AFFINITY",
      type: "BEARER",
    });
    const identity = {
      providerKey: "AFFINITY",
      type: ConnectionType.BEARER,
      keyId: "keys",
    };
    const refusal = await failureOf(
      core.connectExec(connections.updateEnvironmentConnection, {
        connectionId: id,
        connection: {
          ...identity,
          settings: { case: "oidcConfig", value: { issuer: "https://x" } },
        },
      }),
    );
    expect(refusal.message).toContain("oidc_config does not belong");
    await core.connectExec(connections.updateEnvironmentConnection, {
      connectionId: id,
      connection: {
        ...identity,
        settings: {
          case: "staticConfig",
          value: { staticConfig: { token: "a-token-of-some-length", n: 1 } },
        },
      },
    });
    expect(
      api.holdsSecret(
        "keys",
        "static_config.static_config.token",
        "a-token-of-some-length",
      ),
    ).toBe(true);
  });
});

describe("gRPC under faults", () => {
  it("gives a rate limit as RESOURCE_EXHAUSTED", async () => {
    const { sdk, api } = await aPair();
    await sdk.connection.listAppConnections();
    api.setFaults([{ kind: "429", route: `${RPC}*`, times: 1 }]);
    const limited = await failureOf(sdk.connection.listAppConnections());
    expect(limited).toBeInstanceOf(ScalekitTooManyRequestsException);
    expect(limited.errorCode).toBe("RATE_LIMITED");
  });

  it("gives a status as UNAVAILABLE, which the SDK tries again", async () => {
    const { sdk, api } = await aPair();
    await sdk.connection.listAppConnections();
    api.setFaults([
      { kind: "status", status: 503, route: `${RPC}*`, times: 1 },
    ]);
    api.clearRequests();
    await sdk.connection.listAppConnections();
    expect(api.requests().map(({ status }) => status)).toEqual([503, 200]);
  });

  it("obeys the caller's deadline, and does nothing after it", async () => {
    // A clock that waits for real: the deadline is real time, too.
    const clock = {
      now: () => 0,
      sleep: (ms: number, signal?: AbortSignal) =>
        wait(ms, undefined, signal === undefined ? {} : { signal }),
      random: () => 0,
    };
    const { api, token } = await aClient({ clock });
    api.setFaults([{ kind: "latency", ms: 30_000, route: `${RPC}*` }]);
    const { core, connections } = anSdk(api.origin, { timeoutMs: 200 });
    core.accessToken = token;
    const late = await failureOf(
      core.connectExec(connections.createEnvironmentConnection, {
        connection: { providerKey: "GMAIL", type: ConnectionType.OAUTH },
      }),
    );
    expect(late).toBeInstanceOf(ScalekitGatewayTimeoutException);
    expect(api.snapshot().connections).toEqual([]);
  });

  it.each([
    ["reset-before", 0],
    ["reset-after", 1],
    ["truncated", 1],
  ] as const)("cuts the line: %s", async (kind, kept) => {
    const { api, token } = await aClient();
    api.setFaults([{ kind, route: `${RPC}*`, times: 1 }]);
    const client = aGeneratedClient(api.origin);
    const call = client.createEnvironmentConnection(
      {
        connection: {
          providerKey: "GMAIL",
          type: ConnectionType.OAUTH,
          keyId: "mail",
        },
      },
      { headers: { authorization: `Bearer ${token}` } },
    );
    await expect(call).rejects.toThrow();
    expect(api.snapshot().connections).toHaveLength(kept);
    expect(api.requests()).toMatchObject([{ status: null, isWrite: true }]);
  });

  it("does it twice when asked to", async () => {
    const { api, core, connections } = await aPair();
    api.setFaults([{ kind: "duplicate", route: `${RPC}/Create*` }]);
    await core.connectExec(connections.createEnvironmentConnection, {
      connection: { providerKey: "GMAIL", type: ConnectionType.OAUTH },
    });
    expect(api.snapshot().connections).toHaveLength(2);
  });

  it("answers a page nobody expects with a failure, not with silence", async () => {
    const { api } = await aClient();
    api.setFaults([{ kind: "html", route: `${RPC}*` }]);
    const client = aGeneratedClient(api.origin);
    await expect(client.listAppConnections({})).rejects.toThrow();
  });
});

describe("one port for both protocols", () => {
  it("serves REST on a connection whose first byte comes alone", async () => {
    const { api } = await aClient();
    const { port } = new URL(api.origin);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("P");
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(
      "UT /nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    );
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("survives connections that say nothing or leave half-way", async () => {
    const client = await aClient();
    const { api } = client;
    const port = Number(new URL(api.origin).port);
    for (const text of [
      "",
      "PRI * HT",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxxxx",
    ]) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(text);
      socket.resume();
      await new Promise((resolve) => socket.once("close", resolve));
    }
    const idle = connect(port, "127.0.0.1");
    idle.on("error", () => undefined);
    expect((await client.send("GET", "/api/v1/connections/app")).status).toBe(
      200,
    );
    await api.close();
  });

  it("closes at once with calls in the air", async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const clock = {
      now: () => 0,
      sleep: (_ms: number, signal?: AbortSignal) => {
        arrive();
        return new Promise<void>((_resolve, reject) => {
          signal?.addEventListener("abort", () => {
            reject(new Error("aborted"));
          });
        });
      },
      random: () => 0,
    };
    const { api } = await aClient({ clock });
    api.setFaults([{ kind: "latency", ms: 60_000, route: `${RPC}*` }]);
    const call = expect(
      aGeneratedClient(api.origin).listAppConnections({}),
    ).rejects.toThrow();
    await arrived;
    await api.close();
    await call;
    expect(api.requests()).toMatchObject([{ status: null }]);
  });
});

function aGeneratedClient(
  origin: string,
): ReturnType<typeof createClient<typeof ConnectionService>> {
  const transport = createGrpcTransport({ baseUrl: origin });
  return createClient(ConnectionService, transport);
}
