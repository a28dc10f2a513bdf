import { describe, expect, it } from "vitest";
import {
  RemoteError,
  TransientError,
} from "../../../../src/domain/problem/error.ts";
import { Secret } from "../../../../src/domain/secret/secret.ts";
import type { ApiCall, ApiClient } from "../../../../src/drivers/api-client.ts";
import { createApiClient } from "../../../../src/drivers/scalekit/client.ts";
import { createFakeClock, type FakeClock } from "../../../support/clock.ts";
import {
  scriptHttp,
  type ScriptedAnswer,
  type ScriptedHttp,
} from "../../../support/scripted-http.ts";

const TOKEN = "POST /oauth/token";
const signal = new AbortController().signal;
const CALL: ApiCall = {
  method: "POST",
  path: "/x",
  route: "POST /x",
  isIdempotent: false,
};
const unauthorized = new RemoteError("DRV007", "no", { status: 401 });

function bench(script: Readonly<Record<string, readonly ScriptedAnswer[]>>): {
  api: ApiClient;
  http: ScriptedHttp;
  clock: FakeClock;
} {
  const http = scriptHttp(script);
  const clock = createFakeClock();
  const credentials = {
    clientId: "id&1",
    clientSecret: new Secret("s=e c"),
  };
  return { api: createApiClient({ http, credentials, clock }), http, clock };
}

function tokens(...texts: readonly string[]): readonly ScriptedAnswer[] {
  return texts.map((text) => ({ access_token: text, expires_in: 3600 }));
}

describe("token", () => {
  it("is asked for once, as a form, and shared by calls that start together", async () => {
    const { api, http } = bench({ "POST /x": [{}] });
    await Promise.all([1, 2, 3].map(() => api.call(CALL, signal)));
    expect(http.of(TOKEN)).toHaveLength(1);
    expect(http.of(TOKEN)[0]?.body).toEqual({
      contentType: "application/x-www-form-urlencoded",
      text: "grant_type=client_credentials&client_id=id%261&client_secret=s%3De+c",
    });
    expect(
      http.of("POST /x").map(({ headers }) => headers?.["authorization"]),
    ).toEqual(["Bearer token-1", "Bearer token-1", "Bearer token-1"]);
  });

  it("is renewed a minute before it expires", async () => {
    const { api, http, clock } = bench({
      [TOKEN]: tokens("one", "two"),
      "POST /x": [{}],
    });
    await api.call(CALL, signal);
    clock.advance(3_539_000);
    await api.call(CALL, signal);
    clock.advance(2_000);
    await api.call(CALL, signal);
    expect(
      http.of("POST /x").map(({ headers }) => headers?.["authorization"]),
    ).toEqual(["Bearer one", "Bearer one", "Bearer two"]);
  });

  it("is renewed when the API refuses it, and the call is sent again", async () => {
    const { api, http } = bench({
      [TOKEN]: tokens("one", "two"),
      "POST /x": [unauthorized, { ok: true }],
    });
    expect((await api.call(CALL, signal)).body).toEqual({ ok: true });
    expect(http.of(TOKEN)).toHaveLength(2);
  });

  it("is not renewed over and over", async () => {
    const { api, http } = bench({ "POST /x": [unauthorized] });
    await expect(api.call(CALL, signal)).rejects.toBe(unauthorized);
    expect(http.of(TOKEN)).toHaveLength(4);
    expect(http.of("POST /x")).toHaveLength(4);
  });

  it("is renewed once for many calls that are refused together", async () => {
    const { api, http } = bench({
      [TOKEN]: tokens("one", "two", "three"),
      "POST /x": [unauthorized, unauthorized, unauthorized, {}],
    });
    await Promise.all([1, 2, 3].map(() => api.call(CALL, signal)));
    expect(http.of(TOKEN)).toHaveLength(2);
  });

  it("that could not be had leaves no doubt about the call it was for", async () => {
    const lost = new TransientError("DRV002", "lost", {
      status: null,
      mayHaveCommitted: true,
    });
    const { api, http } = bench({ [TOKEN]: [lost] });
    await expect(api.call(CALL, signal)).rejects.toMatchObject({
      code: "DRV002",
      mayHaveCommitted: false,
    });
    expect(http.of("POST /x")).toHaveLength(0);
  });

  it.each([
    {},
    { access_token: "" },
    { access_token: 7 },
    { access_token: "a\r\nx-injected: 1" },
  ])("is not made from %j", async (body) => {
    const { api } = bench({ [TOKEN]: [body] });
    await expect(api.call(CALL, signal)).rejects.toMatchObject({
      code: "DRV020",
    });
  });
});
