import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { CATALOGUE } from "../../../src/domain/generated/catalogue.ts";
import { Secret } from "../../../src/domain/secret/secret.ts";
import { createScalekitDriver } from "../../../src/drivers/scalekit/index.ts";
import {
  DEFAULT_SWITCHES,
  parseAccounts,
  parseSwitch,
} from "../../../src/embedded/index.ts";
import type { Switches } from "../../../src/embedded/index.ts";
import { createHttpClient } from "../../../src/http/client.ts";
import type { Processes, ProcessMark } from "../../../src/ports/processes.ts";
import {
  aClient,
  aFolder,
  createConnection,
  errorInfo,
} from "../../support/embedded.ts";
import type { Client } from "../../support/embedded.ts";

describe("a switch on the command line", () => {
  it.each([
    ["maskStyle=last4", { maskStyle: "last4" }],
    ["readLagMs=900", { readLagMs: 900 }],
    ["reservedNames=a,b c", { reservedNames: ["a", "b c"] }],
    ["reservedNames=", { reservedNames: [] }],
    ["completedOn=never", { completedOn: "never" }],
  ])("reads %s", (text, expected) => {
    expect(parseSwitch(text)).toEqual(expected);
  });

  it.each([
    ["maskStyle", 10],
    ["maskStyle=stars", 11],
    ["colour=red", 1],
    ["readLagMs=-1", 11],
    ["pageSizeMax=0", 13],
    ["toString=1", 1],
    ["", 1],
  ])("says where %j is not understood", (text, column) => {
    expect(() => parseSwitch(text)).toThrow(
      expect.objectContaining({
        code: "CLI001",
        message: expect.stringContaining(
          `character ${String(column)}`,
        ) as unknown,
      }) as Error,
    );
  });

  it("takes the default of every switch there is", () => {
    for (const [name, value] of Object.entries(DEFAULT_SWITCHES))
      expect(parseSwitch(`${name}=${String(value)}`)).toEqual({
        [name]: value,
      });
  });

  it("reads accounts, whatever the name holds", () => {
    expect(parseAccounts("a=b=12")).toEqual({ keyId: "a=b", count: 12 });
    for (const text of ["mail", "=3", "mail=", "mail=x", "mail=1000000"])
      expect(() => parseAccounts(text)).toThrow(
        expect.objectContaining({ code: "CLI001" }) as Error,
      );
  });
});

describe("seeded accounts", () => {
  it("appear with their connection, and no more of them at the next start", async () => {
    const dataFile = join(await aFolder(), "data");
    const options = { dataFile, accounts: [{ keyId: "mail", count: 3 }] };
    const first = await aClient(options);
    expect(first.api.snapshot().accounts).toEqual([]);
    await createConnection(first, "mail");
    expect(first.api.snapshot().accounts).toHaveLength(3);
    await first.api.close();
    const second = await aClient(options);
    expect(second.api.snapshot().accounts).toHaveLength(3);
  });
});

describe("status", () => {
  it.each([
    ["create", "COMPLETED", "COMPLETED"],
    ["credentials", "IN_PROGRESS", "COMPLETED"],
    ["never", "IN_PROGRESS", "IN_PROGRESS"],
  ] as const)("completed on %s", async (completedOn, before, after) => {
    const client = await aClient({ switches: { completedOn } });
    const identity = { key_id: "dwd", provider_key: "GOOGLEDWD" };
    const made = await createConnection(client, "dwd", {
      provider_key: "GOOGLEDWD",
      type: "GOOGLE_DWD",
    });
    expect(made["status"]).toBe(before);
    const { body } = await client.send(
      "PATCH",
      `/api/v1/connections/${made.id}`,
      {
        ...identity,
        type: "GOOGLE_DWD",
        google_dwd_config: { service_account_json: "{}" },
      },
    );
    expect(body["connection"]).toMatchObject({ status: after });
  });
});

describe("x-api-version", () => {
  const path = "/api/v1/connections/app";
  const headers = { "x-api-version": "20260727" };

  it.each([
    ["ignored", null, 200],
    ["echoed", "20260727", 200],
    ["required", null, 400],
  ] as const)("%s", async (apiVersion, echo, withoutIt) => {
    const client = await aClient({ switches: { apiVersion } });
    const reply = await client.raw("GET", path, { headers });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("x-api-version")).toBe(echo);
    expect((await client.raw("GET", path)).status).toBe(withoutIt);
  });
});

describe("an older environment", () => {
  it("refuses fields newer than the SDK and never shows them", async () => {
    const client = await aClient({
      switches: { fieldSet: "older", zeroValues: "present" },
    });
    const { id, ...made } = await createConnection(client, "mail");
    expect(made).not.toHaveProperty("auth_mode");
    const refused = await client.send("PATCH", `/api/v1/connections/${id}`, {
      key_id: "mail",
      provider_key: "GMAIL",
      type: "OAUTH",
      oauth_config: { token_endpoint_auth_method: "none" },
    });
    expect(refused.status).toBe(400);
    expect(errorInfo(refused)).toMatchObject({
      error_code: "INVALID_ARGUMENT",
    });
    const listed = await client.send("GET", "/api/v1/connections/app");
    expect(JSON.stringify(listed.body)).not.toContain("auth_mode");
  });
});

describe("a newer environment", () => {
  it.each<Partial<Switches>>([{ patch: "merge" }, { patch: "replace" }])(
    "keeps its unknown names and fields when the driver reads, changes and writes: %j",
    async (switches) => {
      const client = await aClient({ catalogue: CATALOGUE, switches });
      const driver = aDriver(client);
      const signal = new AbortController().signal;
      await createConnection(client, "mail");
      const newer = {
        future_mode: "STRICT",
        future_part: { depth: 2, list: [1] },
        extensions: { future_extension: { on: true } },
      };
      client.api.mutate("mail", {
        status: "ARCHIVED",
        auth_mode: "TEAM_WIDE",
        future_member: "kept",
        oauth_config: newer,
      });
      const live = await driver.find("mail", signal);
      expect(live?.status).toBe("ARCHIVED");
      await driver.execute(
        {
          step: "configure",
          key: "mail-renamed",
          provider: "gmail",
          authType: "oauth2",
          remoteId: live?.remoteId ?? null,
          fields: { "/settings/prompt": "consent" },
          secrets: new Map(),
        },
        signal,
      );
      expect(client.api.snapshot().connections).toMatchObject([
        {
          key_id: "mail-renamed",
          status: "ARCHIVED",
          auth_mode: "TEAM_WIDE",
          future_member: "kept",
          oauth_config: { ...newer, prompt: "consent" },
        },
      ]);
    },
  );

  it("takes back a type only it knows", async () => {
    const client = await aClient({ catalogue: CATALOGUE });
    const driver = aDriver(client);
    const signal = new AbortController().signal;
    await createConnection(client, "mail");
    client.api.mutate("mail", { type: "FUTURE_AUTH" });
    const live = await driver.find("mail", signal);
    expect(live?.authType).toBe("future_auth");
    await driver.execute(
      {
        step: "configure",
        key: "renamed",
        provider: "gmail",
        authType: "future_auth",
        remoteId: live?.remoteId ?? null,
        fields: {},
        secrets: new Map(),
      },
      signal,
    );
    expect(client.api.snapshot().connections).toMatchObject([
      { key_id: "renamed", type: "FUTURE_AUTH" },
    ]);
  });
});

describe("the lock of a data file", () => {
  it("keeps a second one out while the first runs, and lets it in afterwards", async () => {
    const folder = await aFolder();
    const dataFile = join(folder, "data");
    const first = await aClient({ dataFile });
    await expect(aClient({ dataFile })).rejects.toMatchObject({
      code: "CLI015",
      message: expect.stringContaining(String(process.pid)) as unknown,
    });
    await first.api.close();
    const second = await aClient({ dataFile });
    await second.api.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(["4711 x\n", "no number\n", "", "{}\n"])(
    "is taken over when it names no process: %j",
    async (content) => {
      const folder = await aFolder();
      const dataFile = join(folder, "data");
      await writeFile(`${dataFile}.lock`, content);
      const client = await aClient({ dataFile });
      await createConnection(client, "mail");
      await client.api.close();
      expect(await readdir(folder)).toEqual(["data"]);
    },
  );

  it("is taken over at once from a process that is known to be gone", async () => {
    const dataFile = await aLock({ pid: 4711, mark: HERE }, 0);
    const isGone: Processes["isGone"] = (pid, mark) =>
      pid === 4711 && mark?.started === HERE.started;
    const client = await aClient({
      dataFile,
      processes: { self: HERE, isGone },
    });
    await client.api.close();
  });

  it.each<[string, Holder, number]>([
    ["of this container, however silent", { pid: 4711, mark: HERE }, 3600],
    ["of another container", { pid: 4711, mark: THERE }, 25],
    ["without a mark", { pid: 4711 }, 25],
  ])("is left to a process %s", async (_, holder, silentSeconds) => {
    const dataFile = await aLock(holder, silentSeconds);
    await expect(
      aClient({ dataFile, processes: { self: HERE, isGone: () => false } }),
    ).rejects.toMatchObject({ code: "CLI015" });
  });

  it.each<[string, Holder]>([
    ["of another container", { pid: 4711, mark: THERE }],
    ["without a mark", { pid: 4711 }],
  ])(
    "passes on from a process %s that is silent for long",
    async (_, holder) => {
      const dataFile = await aLock(holder, 31);
      const client = await aClient({
        dataFile,
        processes: { self: HERE, isGone: () => false },
      });
      await client.api.close();
    },
  );

  it("that was taken over stops its former holder from writing", async () => {
    const dataFile = await aLock(undefined, 0);
    const first = await aClient({ dataFile });
    await createConnection(first, "mail");
    await writeFile(`${dataFile}.lock`, JSON.stringify({ pid: 4711 }));
    await expect(createConnection(first, "chat")).rejects.toThrow();
    await first.api.close();
    await rm(`${dataFile}.lock`);
    const second = await aClient({ dataFile });
    expect(
      second.api.snapshot().connections.map((each) => each["key_id"]),
    ).toEqual(["mail"]);
  });

  it("ends with a start that fails", async () => {
    const folder = await aFolder();
    const dataFile = join(folder, "data");
    await writeFile(dataFile, "not json\n");
    await expect(aClient({ dataFile })).rejects.toMatchObject({
      code: "CLI011",
    });
    expect(await readdir(folder)).toEqual(["data"]);
  });

  it("that cannot be read ends in an error, not in waiting forever", async () => {
    const dataFile = join(await aFolder(), "data");
    await mkdir(`${dataFile}.lock`);
    await expect(aClient({ dataFile })).rejects.toMatchObject({
      code: "STA008",
    });
  });
});

interface Holder {
  readonly pid: number;
  readonly mark?: ProcessMark;
}

const HERE: ProcessMark = {
  boot: "boot",
  pidNamespace: "pid:[1]",
  started: "1",
};
const THERE: ProcessMark = { ...HERE, pidNamespace: "pid:[2]" };

/** A data file with a lock that its holder last touched so long ago. @returns the data file. */
async function aLock(
  holder: Holder | undefined,
  silentSeconds: number,
): Promise<string> {
  const dataFile = join(await aFolder(), "data");
  if (holder === undefined) return dataFile;
  const lock = `${dataFile}.lock`;
  await writeFile(lock, JSON.stringify(holder));
  const at = (await stat(lock)).mtimeMs / 1000 - silentSeconds;
  await utimes(lock, at, at);
  return dataFile;
}

function aDriver(client: Client): ReturnType<typeof createScalekitDriver> {
  const http = createHttpClient({
    origin: client.api.origin,
    clock: client.clock,
    limits: { concurrency: 4, requestsPerSecond: 10_000, timeoutMs: 5_000 },
    scrub: (text) => text,
    userAgent: "tieline/test",
  });
  return createScalekitDriver({
    http,
    clock: client.clock,
    catalogue: CATALOGUE,
    apiHost: "embedded",
    credentials: {
      clientId: "id",
      clientSecret: new Secret("client-secret"),
    },
  });
}
