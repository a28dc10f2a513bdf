import { describe, expect, it } from "vitest";
import {
  RemoteError,
  TransientError,
} from "../../../../src/domain/problem/error.ts";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";
import { Secret } from "../../../../src/domain/secret/secret.ts";
import { createScalekitDriver } from "../../../../src/drivers/scalekit/index.ts";
import type { ConnectionsReader } from "../../../../src/ports/connections-api.ts";
import type {
  HttpClient,
  HttpRequest,
} from "../../../../src/ports/http-client.ts";
import { createFakeClock } from "../../../support/clock.ts";
import { scriptHttp } from "../../../support/scripted-http.ts";

const ACCOUNTS = "GET /api/v1/connected_accounts";
const signal = new AbortController().signal;

type Body = Readonly<Record<string, unknown>>;

/**
 * A driver whose list of accounts answers as told, by the names that are asked for and the page.
 */
function bench(
  answer: (names: readonly string[], pageToken: string) => Body | Error,
): {
  readonly driver: ConnectionsReader;
  readonly asked: readonly (readonly string[])[];
} {
  const asked: string[][] = [];
  const base = scriptHttp({});
  const http: HttpClient = {
    ...base,
    send(request, aborts) {
      if (request.route !== ACCOUNTS) return base.send(request, aborts);
      const names = valuesOf(request, "connection_names");
      asked.push(names);
      expect(names.length).toBeLessThanOrEqual(20);
      expect(valuesOf(request, "page_size")).toEqual(["99"]);
      const body = answer(names, valuesOf(request, "page_token")[0] ?? "");
      if (body instanceof Error) return Promise.reject(body);
      return Promise.resolve({
        status: 200,
        headers: {},
        body,
        requestId: undefined,
      });
    },
  };
  const driver = createScalekitDriver({
    http,
    clock: createFakeClock(),
    catalogue: CATALOGUE,
    apiHost: "acme.scalekit.com",
    credentials: { clientId: "id", clientSecret: new Secret("secret") },
  });
  return { driver, asked };
}

function valuesOf({ query = {} }: HttpRequest, name: string): string[] {
  return [query[name] ?? []].flat();
}

function anAccount(connector: string, i = 0): Body {
  return { id: `ca_${connector}_${String(i)}`, connector, status: "ACTIVE" };
}

/** What the API says where each of these has so many accounts. */
function honest(
  counts: Readonly<Record<string, number>>,
): (names: readonly string[], pageToken: string) => Body {
  return (names, pageToken) => {
    const all = names.flatMap((name) =>
      Array.from({ length: counts[name] ?? 0 }, (_, i) => anAccount(name, i)),
    );
    const end = Number(pageToken) + 99;
    return {
      connected_accounts: all.slice(Number(pageToken), end),
      total_size: all.length,
      ...(end < all.length ? { next_page_token: String(end) } : {}),
    };
  };
}

async function read(
  driver: ConnectionsReader,
  names: readonly string[],
  listUpTo = 300,
): Promise<Record<string, readonly [unknown, unknown]>> {
  const accounts = await driver.readAccounts(names, { listUpTo }, signal);
  return Object.fromEntries(
    [...accounts].map(([name, { count, listed }]) => [
      name,
      [count, listed === "unknown" ? listed : listed.length],
    ]),
  );
}

const UNKNOWN = ["unknown", "unknown"];
const refused = (status: number | null): RemoteError =>
  new RemoteError(status === 401 ? "DRV007" : "DRV008", "no", { status });
const lost = new TransientError("DRV002", "lost", {
  status: null,
  mayHaveCommitted: true,
});

describe("accounts of one connection", () => {
  it.each<[string, Body, readonly unknown[]]>([
    ["nothing", {}, [0, 0]],
    [
      "an account that does not name its connection",
      { total_size: 1, connected_accounts: [{ id: "ca_1" }] },
      [1, 1],
    ],
    [
      "pages that end before the total is reached",
      { total_size: 12, connected_accounts: [{ id: "ca_1" }] },
      [12, "unknown"],
    ],
    [
      "an account without a handle",
      { total_size: 1, connected_accounts: [{}] },
      [1, "unknown"],
    ],
    [
      "an account that is none",
      { total_size: 2, connected_accounts: [{ id: "ca_1" }, 7] },
      [2, "unknown"],
    ],
    [
      "less than what is shown",
      { total_size: 1, connected_accounts: [{ id: "ca_1" }, { id: "ca_2" }] },
      UNKNOWN,
    ],
    ["no total", { connected_accounts: [{ id: "ca_1" }] }, UNKNOWN],
    ["half a total", { connected_accounts: [], total_size: 0.5 }, UNKNOWN],
    [
      "accounts of another connection",
      { total_size: 1, connected_accounts: [anAccount("other")] },
      UNKNOWN,
    ],
  ])("%s", async (_, body, expected) => {
    const { driver } = bench(() => body);
    expect(await read(driver, ["mail"])).toEqual({ mail: expected });
  });

  it("are listed page by page up to the limit, and only counted above it", async () => {
    const { driver, asked } = bench(honest({ mail: 300, chat: 301 }));
    expect(await read(driver, ["mail"])).toEqual({ mail: [300, 300] });
    expect(asked).toHaveLength(4);
    expect(await read(driver, ["chat"])).toEqual({ chat: [301, "unknown"] });
    expect(asked).toHaveLength(5);
  });

  it("are counted where the pages behind the first are refused, lead in a circle or never end", async () => {
    let page = 0;
    const endless = (): Body => ({
      ...honest({ mail: 200 })(["mail"], ""),
      connected_accounts: Array.from({ length: 99 }, (_, i) =>
        anAccount("mail", page * 99 + i),
      ),
      next_page_token: String((page += 1)),
    });
    for (const behind of [
      () => refused(403),
      () => ({ ...honest({ mail: 200 })(["mail"], "99") }),
      endless,
    ]) {
      const { driver } = bench((names, token) =>
        token === "" ? honest({ mail: 200 })(names, token) : behind(),
      );
      const told = await read(driver, ["mail"]);
      expect(told["mail"]?.[0]).toBe(200);
    }
  });

  it("are unknown where a later page shows another connection's", async () => {
    const { driver } = bench((names, token) =>
      token === ""
        ? honest({ mail: 100 })(names, token)
        : { total_size: 100, connected_accounts: [anAccount("other")] },
    );
    expect(await read(driver, ["mail"])).toEqual({ mail: UNKNOWN });
  });
});

describe("accounts of many connections", () => {
  const names = Array.from({ length: 20 }, (_, i) => `c-${String(i)}`);

  it("take one request for twenty names, each name asked once", async () => {
    const { driver, asked } = bench(honest({ "c-3": 4, "c-7": 95 }));
    const told = await read(driver, [...names, ...names]);
    expect(told["c-3"]).toEqual([4, 4]);
    expect(told["c-7"]).toEqual([95, 95]);
    expect(told["c-0"]).toEqual([0, 0]);
    expect(asked).toHaveLength(1);
  });

  it("stand apart where one has many: the others still cost one request", async () => {
    const { driver, asked } = bench(honest({ "c-3": 4, "c-7": 5000 }));
    const told = await read(driver, names);
    expect(told["c-3"]).toEqual([4, 4]);
    expect(told["c-7"]).toEqual([5000, "unknown"]);
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  it("never cost more than dividing down to each name", async () => {
    const many = Object.fromEntries(names.map((name) => [name, 400]));
    const { driver, asked } = bench(honest(many));
    expect(Object.values(await read(driver, names))).toEqual(
      names.map(() => [400, "unknown"]),
    );
    expect(asked.length).toBeLessThanOrEqual(39);
  });

  it.each<[string, (asked: readonly string[]) => Body | Error]>([
    ["a refusal", () => refused(403)],
    ["no answer", () => lost],
    [
      "accounts of a connection nobody asked about",
      () => ({ total_size: 1, connected_accounts: [anAccount("other")] }),
    ],
    [
      "a total below what is shown",
      () => ({
        total_size: 1,
        connected_accounts: [anAccount("c-1"), anAccount("c-2")],
      }),
    ],
  ])(
    "are unknown, never 0, after %s, and nothing more is asked",
    async (_, answer) => {
      const { driver, asked } = bench(answer);
      expect(Object.values(await read(driver, names))).toEqual(
        names.map(() => UNKNOWN),
      );
      expect(asked).toHaveLength(1);
    },
  );

  it.each<[string, unknown]>([
    ["is none", 7],
    ["names no connection", { id: "ca_1" }],
    ["has no handle", { connector: "c-3" }],
    ["is there twice", anAccount("c-4", 0)],
  ])("are asked for name by name where an account %s", async (_, odd) => {
    const { driver } = bench((asked, token) => {
      const body = honest({ "c-3": 1, "c-4": 1 })(asked, token);
      if (!asked.includes("c-3")) return body;
      const items = [body["connected_accounts"] ?? []].flat();
      if (odd instanceof Object && "status" in odd) {
        if (!asked.includes("c-4")) return body;
        return {
          total_size: items.length + 1,
          connected_accounts: [...items, odd],
        };
      }
      return {
        total_size: items.length,
        connected_accounts: [odd, ...items.slice(1)],
      };
    });
    const told = await read(driver, names);
    expect(told["c-3"]?.[0]).toBe(1);
    expect(told["c-4"]).toEqual([1, 1]);
    expect(told["c-0"]).toEqual([0, 0]);
  });

  it.each([400, 413, 414, 431])(
    "are known of the others where the API takes one name for no name (%d)",
    async (status) => {
      const { driver } = bench((asked, token) =>
        asked.includes("c-3")
          ? refused(status)
          : honest({ "c-4": 2 })(asked, token),
      );
      const told = await read(driver, names);
      expect(told["c-3"]).toEqual(UNKNOWN);
      expect(told["c-4"]).toEqual([2, 2]);
      expect(told["c-0"]).toEqual([0, 0]);
    },
  );

  it("do not hide refused credentials or an ended run", async () => {
    const denied = bench(() => refused(401));
    await expect(read(denied.driver, names)).rejects.toMatchObject({
      status: 401,
    });
    const ended = new AbortController();
    const stopped = bench(() => {
      ended.abort();
      return lost;
    });
    await expect(
      stopped.driver.readAccounts(names, { listUpTo: 0 }, ended.signal),
    ).rejects.toBe(lost);
  });
});
