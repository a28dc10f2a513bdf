import { describe, expect, it } from "vitest";
import {
  RemoteError,
  TransientError,
} from "../../../../src/domain/problem/error.ts";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";
import { Secret } from "../../../../src/domain/secret/secret.ts";
import { createScalekitDriver } from "../../../../src/drivers/scalekit/index.ts";
import type {
  ConnectionsWriter,
  StepRequest,
} from "../../../../src/ports/connections-api.ts";
import { createFakeClock } from "../../../support/clock.ts";
import {
  scriptHttp,
  type ScriptedAnswer,
  type ScriptedHttp,
} from "../../../support/scripted-http.ts";

const LIST = "GET /api/v1/connections/app";
const GET = "GET /api/v1/connections/{id}";
const CREATE = "POST /api/v1/connections";
const PATCH = "PATCH /api/v1/connections/{id}";
const ENABLE = "PATCH /api/v1/connections/{id}:enable";
const signal = new AbortController().signal;

const OURS = {
  id: "conn_1",
  key_id: "gmail-support",
  provider_key: "GMAIL",
  type: "OAUTH",
  enabled: true,
};
const lost = new TransientError("DRV002", "lost", {
  status: null,
  mayHaveCommitted: true,
});
const duplicate = new RemoteError("DRV004", "taken", {
  status: 400,
  vendorCode: "DUPLICATE_IDENTIFIER",
});
const missing = new RemoteError("DRV004", "not found", { status: 404 });
const foreign404 = new TransientError("DRV020", "a page", {
  status: 404,
  mayHaveCommitted: false,
});

function bench(script: Readonly<Record<string, readonly ScriptedAnswer[]>>): {
  driver: ConnectionsWriter;
  http: ScriptedHttp;
} {
  const http = scriptHttp(script);
  const driver = createScalekitDriver({
    http,
    clock: createFakeClock(),
    catalogue: CATALOGUE,
    apiHost: "acme.scalekit.com",
    credentials: { clientId: "id", clientSecret: new Secret("secret") },
  });
  return { driver, http };
}

function step(
  name: StepRequest["step"],
  parts: Partial<StepRequest> = {},
): StepRequest {
  return {
    step: name,
    key: "gmail-support",
    provider: "gmail",
    authType: "oauth2",
    remoteId: name === "create" ? null : "conn_1",
    fields: {},
    secrets: new Map(),
    ...parts,
  };
}

describe("create", () => {
  it("sends name, provider, type and the app flag, and nothing else", async () => {
    const { driver, http } = bench({ [CREATE]: [{ connection: OURS }] });
    const result = await driver.execute(
      step("create", {
        fields: { "/credentials/client_id": "x" },
        secrets: new Map([
          ["/credentials/client_secret", new Secret("canary")],
        ]),
      }),
      signal,
    );
    expect(result).toMatchObject({ remoteId: "conn_1", requestId: "req-1" });
    const [sent] = http.of(CREATE);
    expect(sent?.query).toEqual({ "flags.is_app": "true" });
    expect(sent?.isIdempotent).toBe(false);
    expect(JSON.parse(sent?.body?.text ?? "")).toEqual({
      key_id: "gmail-support",
      provider_key: "GMAIL",
      type: "OAUTH",
    });
  });

  it("is not sent again when a look finds what the lost one made", async () => {
    const { driver, http } = bench({
      [CREATE]: [lost],
      [LIST]: [{}, {}, { connections: [OURS] }],
      [GET]: [{ connection: OURS }],
    });
    expect((await driver.execute(step("create"), signal)).remoteId).toBe(
      "conn_1",
    );
    expect(http.of(CREATE)).toHaveLength(1);
  });

  it("is sent once more when nothing is found", async () => {
    const { driver, http } = bench({
      [CREATE]: [lost, { connection: OURS }],
      [LIST]: [{}],
    });
    expect((await driver.execute(step("create"), signal)).remoteId).toBe(
      "conn_1",
    );
    expect(http.of(CREATE)).toHaveLength(2);
  });

  it("takes a name that is taken by the second try for the first one's", async () => {
    const { driver, http } = bench({
      [CREATE]: [lost, duplicate],
      [LIST]: [{}, {}, {}, {}, {}, { connections: [OURS] }],
      [GET]: [{ connection: OURS }],
    });
    expect((await driver.execute(step("create"), signal)).remoteId).toBe(
      "conn_1",
    );
    expect(http.of(CREATE)).toHaveLength(2);
  });

  it("stays in doubt, and says so, when two answers are lost", async () => {
    const { driver, http } = bench({ [CREATE]: [lost], [LIST]: [{}] });
    await expect(driver.execute(step("create"), signal)).rejects.toBe(lost);
    expect(http.of(CREATE)).toHaveLength(2);
  });

  it("does not take a stranger's connection for its own", async () => {
    const stranger = { ...OURS, provider_key: "SLACK" };
    const { driver } = bench({
      [CREATE]: [lost],
      [LIST]: [{ connections: [stranger] }],
      [GET]: [{ connection: stranger }],
    });
    await expect(driver.execute(step("create"), signal)).rejects.toMatchObject({
      code: "DRV021",
    });
  });

  it.each([
    ["made before it", "2025-12-31T23:00:00Z", { code: "DRV021" }],
    ["of which no time is told", undefined, { mayHaveCommitted: true }],
  ])(
    "does not count as the maker of a connection %s that the first look shows",
    async (_, create_time, error) => {
      const found = { ...OURS, create_time };
      const { driver, http } = bench({
        [CREATE]: [lost],
        [LIST]: [{ connections: [found] }],
        [GET]: [{ connection: found }],
      });
      await expect(
        driver.execute(step("create"), signal),
      ).rejects.toMatchObject(error);
      expect(http.of(CREATE)).toHaveLength(1);
    },
  );

  it.each([
    ["a later look", [lost], [{}], 1],
    ["the second try", [lost, duplicate], [{}, {}, {}, {}, {}], 2],
    ["the second lost try", [lost, lost], [{}, {}, {}, {}, {}], 2],
  ])(
    "does not count as the maker of an older connection that only %s shows",
    async (_, answers, blind, count) => {
      const found = { ...OURS, create_time: "2025-12-31T23:00:00Z" };
      const { driver, http } = bench({
        [CREATE]: answers,
        [LIST]: [...blind, { connections: [found] }],
        [GET]: [{ connection: found }],
      });
      await expect(
        driver.execute(step("create"), signal),
      ).rejects.toMatchObject({ code: "DRV021" });
      expect(http.of(CREATE)).toHaveLength(count);
    },
  );

  it("counts as the maker of one that is as young as itself", async () => {
    const found = { ...OURS, create_time: "2026-01-01T00:00:00Z" };
    const { driver } = bench({
      [CREATE]: [lost],
      [LIST]: [{ connections: [found] }],
      [GET]: [{ connection: found }],
    });
    expect((await driver.execute(step("create"), signal)).remoteId).toBe(
      "conn_1",
    );
  });

  it("reports a name that was taken before", async () => {
    const { driver } = bench({ [CREATE]: [duplicate] });
    await expect(driver.execute(step("create"), signal)).rejects.toMatchObject({
      code: "DRV021",
    });
  });
});

describe("configure", () => {
  it("does not convert a connection that became another kind", async () => {
    const { driver, http } = bench({
      [GET]: [{ connection: { ...OURS, type: "API_KEY" } }],
    });
    await expect(
      driver.execute(step("configure"), signal),
    ).rejects.toMatchObject({ code: "DRV021" });
    expect(http.of(PATCH)).toHaveLength(0);
  });

  it("leaves alone what a DCR client was given, and its secret", async () => {
    const { driver, http } = bench({
      [GET]: [
        {
          connection: {
            ...OURS,
            oauth_config: {
              client_id: "dcr",
              client_secret: "********",
              scopes: ["a"],
              redirect_uri: "https://x.example",
            },
          },
        },
      ],
      [PATCH]: [{}],
    });
    await driver.execute(
      step("configure", { fields: { "/settings/prompt": "none" } }),
      signal,
    );
    expect(JSON.parse(http.of(PATCH)[0]?.body?.text ?? "")).toEqual({
      key_id: "gmail-support",
      provider_key: "GMAIL",
      type: "OAUTH",
      oauth_config: { client_id: "dcr", scopes: ["a"], prompt: "none" },
    });
  });

  it("waits for a connection of its own that is not readable yet", async () => {
    const { driver, http } = bench({
      [CREATE]: [{ connection: OURS }],
      [GET]: [missing, missing, { connection: OURS }],
      [PATCH]: [{}],
    });
    await driver.execute(step("create"), signal);
    await driver.execute(step("configure"), signal);
    expect(http.of(GET)).toHaveLength(3);
  });

  it("does not wait for somebody else's that is gone", async () => {
    const { driver, http } = bench({ [GET]: [missing] });
    await expect(
      driver.execute(step("configure"), signal),
    ).rejects.toMatchObject({ code: "DRV021" });
    expect(http.of(GET)).toHaveLength(1);
  });
});

describe("switching", () => {
  it.each([
    [{ enabled: true, error_message: "client id is missing" }],
    [{ enabled: false }],
    [{}],
  ])("believes the reply %j, not the status", async (body) => {
    const { driver } = bench({ [ENABLE]: [body] });
    await expect(driver.execute(step("enable"), signal)).rejects.toMatchObject({
      code: "DRV090",
    });
  });

  it("takes a missing member as switched off", async () => {
    const { driver } = bench({
      "PATCH /api/v1/connections/{id}:disable": [{}],
    });
    expect((await driver.execute(step("disable"), signal)).remoteId).toBe(
      "conn_1",
    );
  });
});

describe("reading", () => {
  const listed = {
    key: "gmail-support",
    remoteId: "conn_1",
    provider: "gmail",
    authType: "oauth2",
    status: "",
    isEnabled: true,
  };

  it("takes the API's 404 as an answer and a stranger's as none", async () => {
    expect(await bench({ [GET]: [missing] }).driver.get(listed, signal)).toBe(
      null,
    );
    await expect(
      bench({ [GET]: [foreign404] }).driver.get(listed, signal),
    ).rejects.toBe(foreign404);
  });

  it("refuses an answer about another connection", async () => {
    const { driver } = bench({
      [GET]: [{ connection: { ...OURS, id: "conn_2" } }],
    });
    await expect(driver.get(listed, signal)).rejects.toMatchObject({
      code: "DRV020",
    });
  });

  it.each([
    [{ connections: "many" }, "DRV020"],
    [{ connections: [7] }, "DRV062"],
    [{ connections: [{ key_id: "gmail-support" }] }, "DRV062"],
    [{ connections: [{ id: "conn_7" }] }, "DRV062"],
  ])(
    "does not say that there is none of a name from %j",
    async (page, code) => {
      const { driver } = bench({ [LIST]: [page] });
      await expect(driver.find("gmail-support", signal)).rejects.toMatchObject({
        code,
      });
    },
  );

  it("takes one that cannot be read and is another's for no answer", async () => {
    const { driver } = bench({
      [LIST]: [{ connections: [{ key_id: "no-id" }] }],
    });
    expect(await driver.find("gmail-support", signal)).toBeNull();
  });

  it("does not follow pages in a circle", async () => {
    const { driver, http } = bench({
      [LIST]: [{ connections: [OURS], next_page_token: "again" }],
    });
    const read = async (): Promise<number> => {
      let count = 0;
      for await (const page of driver.listPages(signal)) count += page.length;
      return count;
    };
    await expect(read()).rejects.toMatchObject({ code: "DRV020" });
    expect(http.of(LIST)).toHaveLength(2);
  });

  it("shows a connection once although it moves to the next page", async () => {
    const other = { ...OURS, id: "conn_2", key_id: "b" };
    const { driver, http } = bench({
      [LIST]: [
        { connections: [OURS, other], next_page_token: "2" },
        { connections: [other] },
      ],
    });
    const keys: string[] = [];
    for await (const page of driver.listPages(signal))
      keys.push(...page.map(({ key }) => key));
    expect(keys).toEqual(["gmail-support", "b"]);
    expect(http.of(LIST)[1]?.query).toEqual({
      page_size: "30",
      page_token: "2",
    });
  });

  it("lists custom providers once, and only where a key is not in the catalogue", async () => {
    const { driver, http } = bench({
      [LIST]: [{ connections: [OURS] }],
      "GET /api/v1/providers": [{}],
    });
    for await (const page of driver.listPages(signal))
      expect(page).toHaveLength(1);
    expect(http.of("GET /api/v1/providers")).toHaveLength(0);
  });

  it("keeps connectors and types it does not know", async () => {
    const { driver } = bench({
      [LIST]: [
        {
          connections: [{ ...OURS, provider_key: "BRANDNEW", type: "QUANTUM" }],
        },
      ],
      "GET /api/v1/providers": [{}],
    });
    for await (const page of driver.listPages(signal))
      expect(page[0]).toMatchObject({
        provider: "brandnew",
        authType: "quantum",
      });
  });
});
