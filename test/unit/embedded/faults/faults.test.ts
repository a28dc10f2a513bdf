import { describe, expect, it } from "vitest";

import { UserError } from "../../../../src/domain/problem/error.ts";
import { createFaultSchedule } from "../../../../src/embedded/faults/faults.ts";
import type { FaultRule } from "../../../../src/embedded/faults/faults.ts";
import { parseFault } from "../../../../src/embedded/index.ts";
import {
  aClient,
  aClock,
  createConnection,
} from "../../../support/embedded.ts";
import { matchesGlob } from "../../../../src/util/glob.ts";

const PATH = "/api/v1/connections?flags.is_app=true";
const BODY = {
  body: JSON.stringify({
    provider_key: "GMAIL",
    type: "OAUTH",
    key_id: "mail",
  }),
  headers: { "content-type": "application/json" },
};

async function strike(rule: FaultRule) {
  const client = await aClient();
  client.api.setFaults([rule]);
  const reply = await client.raw("POST", PATH, BODY).catch(() => undefined);
  const text = await reply?.text().catch(() => undefined);
  client.api.setFaults([]);
  const count = client.api.snapshot().connections.length;
  return { client, reply, text, count };
}

describe("faults", () => {
  it("reset before leaves nothing behind, reset after leaves the connection", async () => {
    const before = await strike({ kind: "reset-before" });
    expect([before.reply, before.count]).toEqual([undefined, 0]);
    const after = await strike({ kind: "reset-after" });
    expect([after.reply, after.count]).toEqual([undefined, 1]);
    expect(after.client.api.requests()).toEqual([
      {
        method: "POST",
        path: "/api/v1/connections",
        status: null,
        isWrite: true,
      },
    ]);
  });

  it.each([
    [undefined, null],
    [{ kind: "seconds", seconds: 2 }, "2"],
    [{ kind: "date", seconds: 2 }, "Thu, 01 Jan 2026 00:00:02 GMT"],
  ] as const)("429 with Retry-After %o", async (retryAfter, header) => {
    const { reply, count } = await strike({
      kind: "429",
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
    expect([reply?.status, count]).toEqual([429, 0]);
    expect(reply?.headers.get("retry-after")).toBe(header);
  });

  it("answers a status, before or after the effect", async () => {
    const before = await strike({ kind: "status", status: 502 });
    expect([before.reply?.status, before.count]).toEqual([502, 0]);
    const after = await strike({ kind: "status", commits: true });
    expect([after.reply?.status, after.count]).toEqual([503, 1]);
  });

  it("truncates, and talks HTML", async () => {
    const cut = await strike({ kind: "truncated" });
    expect([cut.text, cut.count]).toEqual([undefined, 1]);
    const html = await strike({ kind: "html" });
    expect(html.reply?.status).toBe(200);
    expect(html.text).toContain("<html>");
    expect(html.count).toBe(0);
  });

  it("is slow to begin and slow to end, by its clock", async () => {
    const late = await strike({ kind: "latency", ms: 250 });
    expect(late.client.clock.now()).toBe(aClock().now() + 250);
    const slow = await strike({ kind: "slow-body", ms: 400 });
    expect([slow.reply?.status, slow.client.clock.now()]).toEqual([
      201,
      aClock().now() + 400,
    ]);
  });

  it("hangs until the server closes, which does not wait", async () => {
    const client = await aClient({ faults: [{ kind: "hang", method: "GET" }] });
    const reply = client.raw("GET", "/api/v1/connections/app").then(
      () => "answered",
      () => "cut",
    );
    while (client.api.requests().length === 0) await new Promise(setImmediate);
    await client.api.close();
    expect(await reply).toBe("cut");
  });

  it("expires tokens", async () => {
    const { reply, client } = await strike({ kind: "token-expired", times: 1 });
    expect(reply?.status).toBe(401);
    expect((await client.send("GET", "/api/v1/connections/app")).status).toBe(
      401,
    );
  });

  it("delivers twice and answers once", async () => {
    const client = await aClient({
      faults: [{ kind: "duplicate", method: "POST", route: "/api/v1/*" }],
    });
    const answer = await client.send("POST", PATH, {
      provider_key: "GMAIL",
      type: "OAUTH",
    });
    expect(answer.status).toBe(201);
    expect(client.api.snapshot().connections).toHaveLength(2);
  });

  it("keeps a budget per minute", async () => {
    const client = await aClient({
      faults: [{ kind: "rate-budget", perMinute: 2, route: "GET *" }],
    });
    const get = async () =>
      (await client.raw("GET", "/api/v1/connections/app")).status;
    expect([await get(), await get(), await get()]).toEqual([200, 200, 429]);
    client.clock.advance(60_000);
    expect(await get()).toBe(200);
  });

  it("strikes only what it names, so often as it says", async () => {
    const client = await aClient({
      faults: [
        {
          kind: "status",
          route: "PATCH /api/v1/connections/*",
          after: 1,
          times: 1,
        },
      ],
    });
    const { id } = await createConnection(client, "mail");
    const toggle = async () =>
      (await client.send("PATCH", `/api/v1/connections/${id}:disable`)).status;
    expect([await toggle(), await toggle(), await toggle()]).toEqual([
      200, 503, 200,
    ]);
  });

  it("is the same for the same seed", () => {
    const draw = (seed: number) => {
      const schedule = createFaultSchedule(
        [{ kind: "reset-after", probability: 0.3 }],
        seed,
        aClock(),
      );
      return Array.from(
        { length: 50 },
        () => schedule.next("GET", "/").breakage !== undefined,
      );
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it.each([
    ["*", "GET /a", true],
    ["PATCH*", "PATCH /a", true],
    ["PATCH*", "GET /a", false],
    ["GET /a/*:enable", "GET /a/b:enable", true],
    ["GET /a/*", "GET /b/c", false],
    ["a*a", "a", false],
    ["a*b*c", "a-b-b-c", true],
    ["", "", true],
  ])("%j matches %j: %s", (glob, text, expected) => {
    expect(matchesGlob(glob, text)).toBe(expected);
  });
});

describe("fault rules on the command line", () => {
  it.each<[string, FaultRule]>([
    [
      "reset-after:PATCH*:p=0.2",
      { kind: "reset-after", route: "PATCH*", probability: 0.2 },
    ],
    [
      "429:*:retry-after=2:times=3",
      {
        kind: "429",
        route: "*",
        retryAfter: { kind: "seconds", seconds: 2 },
        times: 3,
      },
    ],
    [
      "429:*:retry-after=date+5",
      { kind: "429", route: "*", retryAfter: { kind: "date", seconds: 5 } },
    ],
    [
      "latency:*:ms=20:spread=5",
      { kind: "latency", route: "*", ms: 20, spreadMs: 5 },
    ],
    [
      "503:POST /api/v1/connections:after=2",
      {
        kind: "status",
        status: 503,
        route: "POST /api/v1/connections",
        after: 2,
      },
    ],
    [
      "reset-before:PATCH *:enable",
      { kind: "reset-before", route: "PATCH *:enable" },
    ],
    ["hang:commit=yes", { kind: "hang", commits: true }],
    [
      "rate-budget:per-minute=60:method=GET",
      { kind: "rate-budget", perMinute: 60, method: "GET" },
    ],
    ["html", { kind: "html" }],
  ])("%s", (text, rule) => {
    expect(parseFault(text)).toEqual(rule);
  });

  it.each([
    "",
    "explode",
    "latency:*:ms=soon",
    "429:*:retry-after=soon",
    "html:*:p=2",
    "hang:nowhere",
    "reset-after:*:ms=5",
    "503:*:times=0",
  ])("%j is CLI001", (text) => {
    expect(() => parseFault(text)).toThrow(UserError);
    expect(() => parseFault(text)).toThrow(
      expect.objectContaining({ code: "CLI001" }) as Error,
    );
  });
});
