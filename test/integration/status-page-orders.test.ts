import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../src/domain/secret/secret.ts";
import type { PageAuth } from "../../src/features/page/options.ts";
import { startPage } from "../../src/features/page/start-page.ts";
import { aFullPlan, friendly } from "../support/render-samples.ts";
import {
  aFullStatus,
  aQuietStatus,
  SAMPLE_DIGEST,
} from "../support/reconcile-samples.ts";
import {
  ask,
  aServedPage,
  type Answered,
  type Asking,
  type ServedPage,
} from "../support/served-page.ts";

const WORDS = {
  ops: "made-up-word-of-the-operators",
  lead: "made-up-word-of-the-leads",
  eyes: "made-up-word-of-prometheus",
  proxy: "made-up-word-of-the-proxy",
};
const AUTH: PageAuth = {
  tokens: [
    { name: "ops", word: new Secret(WORDS.ops), rights: ["view", "operate"] },
    { name: "lead", word: new Secret(WORDS.lead), rights: ["view", "approve"] },
    { name: "eyes", word: new Secret(WORDS.eyes), rights: ["view"] },
  ],
  proxy: {
    word: new Secret(WORDS.proxy),
    groups: { view: ["*"], operate: ["sre"], approve: ["leads", "owners"] },
  },
};

const open: ServedPage[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.close()));
});

async function served(auth: PageAuth | null = AUTH): Promise<ServedPage> {
  const page = await aServedPage({ auth });
  open.push(page);
  await page.store.writeStatus(aFullStatus("prod", friendly));
  await page.store.writeStatus(aQuietStatus("dev"));
  await page.store.writePending("prod", {
    ...aFullPlan(friendly),
    intent_digest: SAMPLE_DIGEST,
  });
  return page;
}

const bearer = (word: string) => ({ authorization: `Bearer ${word}` });
const basic = (word: string) => ({
  authorization: `Basic ${Buffer.from(`me:${word}`).toString("base64")}`,
});
const proxied = (user: string, groups = "sre,leads") => ({
  "x-tieline-proxy": WORDS.proxy,
  "x-forwarded-user": user,
  "x-forwarded-groups": groups,
});

/** Gives an order as a program does. */
function order(
  page: ServedPage,
  what: string,
  { headers = bearer(WORDS.ops), body = "{}" }: Asking = {},
): Promise<Answered> {
  return ask(page, `/api/v1/environments/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

/** Gives an order as a browser does, from the page that it loaded before. */
async function orderByForm(
  page: ServedPage,
  what: string,
  some: {
    readonly who?: Readonly<Record<string, string>>;
    readonly headers?: Asking["headers"];
    readonly fields?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answered> {
  const {
    who = proxied("alice@example.com"),
    headers = {},
    fields = {},
  } = some;
  const [environment = ""] = what.split("/");
  const { body } = await ask(page, `/e/${environment}`, { headers: who });
  const token = /name="token" value="([^"]+)"/u.exec(body)?.[1] ?? "";
  return ask(page, `/e/${what}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "sec-fetch-site": "same-origin",
      host: "localhost:8080",
      origin: "http://localhost:8080",
      ...who,
      ...headers,
    },
    body: new URLSearchParams({ token, ...fields }).toString(),
  });
}

const APPROVE = { digest: SAMPLE_DIGEST, read: "yes" };

/** Nothing was ordered, recorded or woken. */
async function expectUntouched(page: ServedPage): Promise<void> {
  for (const environment of ["prod", "dev"]) {
    expect(await page.store.readOrders(environment)).toMatchObject({
      suspension: null,
      approvals: [],
      reconcileNow: null,
    });
    expect(await page.store.readRuns(environment, 9)).toEqual([]);
  }
  expect(page.woken).toEqual([]);
  expect(page.orders).toEqual([]);
}

describe("who is let in", () => {
  const READ = [
    "/",
    "/e/prod",
    "/e/prod/plan",
    "/metrics",
    "/api/v1/status",
    "/nothing",
  ];

  it.each<[string, Asking["headers"]]>([
    ["nobody in particular", {}],
    ["a wrong word", bearer("made-up-word-of-the-operator")],
    ["a word with more behind it", bearer(`${WORDS.ops}x`)],
    ["an empty word", { authorization: "Bearer " }],
    ["an empty password", basic("")],
    ["another scheme", { authorization: `Token ${WORDS.ops}` }],
    ["the word of the proxy as a token", bearer(WORDS.proxy)],
    [
      "a token as the word of the proxy",
      { ...proxied("alice"), "x-tieline-proxy": WORDS.ops },
    ],
    [
      "a forged user",
      { "x-forwarded-user": "alice", "x-forwarded-groups": "sre" },
    ],
    [
      "a forged user with a guess",
      { ...proxied("alice"), "x-tieline-proxy": "guess" },
    ],
    [
      "a guess beside a right token",
      { ...bearer(WORDS.ops), "x-tieline-proxy": "guess" },
    ],
    ["a proxy without a user", { "x-tieline-proxy": WORDS.proxy }],
    ["an empty user", proxied("")],
    ["two users on one line", proxied("alice, mallory")],
    ["a user that looks like a token", proxied('token "ops"')],
    [
      "two lines of users",
      { ...proxied("alice"), "x-forwarded-user": ["mallory", "alice"] },
    ],
    [
      "two lines of groups",
      { ...proxied("alice"), "x-forwarded-groups": ["sre", "guests"] },
    ],
    [
      "two words of the proxy",
      { ...proxied("alice"), "x-tieline-proxy": ["guess", WORDS.proxy] },
    ],
  ])("is not %s", async (_name, headers = {}) => {
    const page = await served();
    for (const path of READ) {
      const reply = await ask(page, path, { headers });
      expect(reply.status).toBe(401);
      expect(reply.headers["www-authenticate"]).toMatch(/^Basic /u);
      expect(reply.body).toBe("say who you are\n");
    }
    expect((await order(page, "prod/suspend", { headers })).status).toBe(401);
    await expectUntouched(page);
  });

  it.each<[string, Asking["headers"]]>([
    ["a bearer", bearer(WORDS.eyes)],
    ["a password, whatever the name", basic(WORDS.eyes)],
    ["a proxy, whatever the group", proxied("alice@example.com", "")],
  ])("is %s", async (_name, headers = {}) => {
    const page = await served();
    for (const path of ["/", "/e/prod", "/api/v1/status"])
      expect((await ask(page, path, { headers })).status).toBe(200);
  });

  it("is everybody for the probes, and they tell nothing", async () => {
    const page = await served();
    expect((await ask(page, "/healthz")).body).toBe("alive\n");
    expect((await ask(page, "/readyz")).body).toBe("ready\n");
  });

  it("is told apart from who may do something", async () => {
    const page = await served();
    const body = JSON.stringify({ why: "x", digest: SAMPLE_DIGEST });
    const may = async (what: string, headers: Asking["headers"] = {}) =>
      (await order(page, what, { headers, body })).status;
    expect(await may("prod/suspend", bearer(WORDS.eyes))).toBe(403);
    expect(await may("prod/suspend", bearer(WORDS.lead))).toBe(403);
    expect(await may("prod/approve", bearer(WORDS.ops))).toBe(403);
    const form = (what: string, groups: string) =>
      orderByForm(page, what, {
        who: proxied("alice", groups),
        fields: { ...APPROVE, why: "x" },
      });
    expect((await form("prod/suspend", "leads")).status).toBe(403);
    expect((await form("prod/approve", "sre,*,Leads,leads2")).status).toBe(403);
    await expectUntouched(page);
  });
});

describe("what a browser sends by itself", () => {
  const who = proxied("alice@example.com");

  it.each<[string, Asking["headers"]]>([
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["a sister of the site", { "sec-fetch-site": "same-site" }],
    ["an address that was typed", { "sec-fetch-site": "none" }],
    ["another origin", { origin: "http://evil.example" }],
    ["another port", { origin: "http://localhost:9999" }],
    ["an origin in disguise", { origin: "http://localhost:8080.evil.example" }],
    ["no origin in particular", { origin: "null" }],
    [
      "two origins",
      { origin: ["http://localhost:8080", "http://evil.example"] },
    ],
  ])(
    "is not taken from %s, with every word right",
    async (_name, headers = {}) => {
      const page = await served();
      for (const [what, fields] of [
        ["prod/suspend", { why: "x" }],
        ["prod/reconcile", {}],
        ["prod/approve", APPROVE],
      ] as const)
        expect(
          (await orderByForm(page, what, { who, headers, fields })).status,
        ).toBe(403);
      const api = await order(page, "prod/reconcile", {
        headers: { ...bearer(WORDS.ops), host: "localhost:8080", ...headers },
      });
      expect(api.status).toBe(403);
      await expectUntouched(page);
    },
  );

  it("is not taken where nothing says where it is from", async () => {
    const page = await served();
    const { body } = await ask(page, "/e/prod", { headers: who });
    const token = /name="token" value="([^"]+)"/u.exec(body)?.[1] ?? "";
    for (const headers of [who, basic(WORDS.ops)]) {
      const form = await ask(page, "/e/prod/reconcile", {
        method: "POST",
        headers: {
          ...headers,
          "content-type": "application/x-www-form-urlencoded",
        },
        body: `token=${token}`,
      });
      expect(form.status).toBe(403);
      expect((await order(page, "prod/reconcile", { headers })).status).toBe(
        403,
      );
    }
    await expectUntouched(page);
  });

  it.each<[string, (token: string) => string]>([
    ["no token", () => ""],
    ["a made-up one", () => "1.abc"],
    ["one that is cut", (token) => token.slice(0, -1)],
    ["one with another time", (token) => token.replace(/^\d/u, "9")],
  ])("is not taken with %s", async (_name, change) => {
    const page = await served();
    const { body } = await ask(page, "/e/prod", { headers: who });
    const token = change(/name="token" value="([^"]+)"/u.exec(body)?.[1] ?? "");
    const reply = await orderByForm(page, "prod/reconcile", {
      who,
      fields: { token },
    });
    expect(reply.status).toBe(403);
    await expectUntouched(page);
  });

  it("is not taken with the token of somebody else, of another environment, or of yesterday", async () => {
    const page = await served();
    const tokenOf = async (path: string, headers: Asking["headers"] = {}) =>
      /name="token" value="([^"]+)"/u.exec(
        (await ask(page, path, { headers })).body,
      )?.[1] ?? "";
    const others = await tokenOf("/e/prod", proxied("mallory"));
    const elsewhere = await tokenOf("/e/dev", who);
    const mine = await tokenOf("/e/prod", who);
    page.clock.advance(12 * 3_600_000 + 1);
    for (const token of [others, elsewhere, mine]) {
      const reply = await orderByForm(page, "prod/reconcile", {
        who,
        fields: { token },
      });
      expect(reply.status).toBe(403);
    }
    await expectUntouched(page);
  });

  it.each([
    ["prod/reconcile", "text/plain"],
    ["prod/reconcile", "application/json"],
    ["prod/reconcile", "multipart/form-data; boundary=x"],
  ])("is no order at %s as %s", async (what, type) => {
    const page = await served();
    const reply = await orderByForm(page, what, {
      who,
      headers: { "content-type": type },
    });
    expect(reply.status).toBe(415);
    await expectUntouched(page);
  });
});

describe("an order", () => {
  it("suspends, with who, why and until when, and is recorded once", async () => {
    const page = await served();
    const body = JSON.stringify({ why: "a migration", hours: 4 });
    const first = await order(page, "prod/suspend", { body });
    page.clock.advance(1_000);
    const again = await order(page, "prod/suspend", { body });
    expect(JSON.parse(first.body)).toMatchObject({
      order: "suspend",
      new: true,
    });
    expect(JSON.parse(again.body)).toMatchObject({
      order: "suspend",
      new: false,
    });
    expect((await page.store.readOrders("prod")).suspension).toEqual({
      by: 'token "ops"',
      why: "a migration",
      at: "2026-01-01T12:00:00.000Z",
      until: "2026-01-01T16:00:00.000Z",
    });
    const runs = await page.store.readRuns("prod", 9);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      reason: "order",
      result: "suspended",
      requestCount: 0,
      messages: [
        'token "ops" suspended it, until 2026-01-01T16:00:00.000Z: a migration',
      ],
    });
    expect(page.orders).toHaveLength(1);
    expect(
      (await ask(page, "/", { headers: bearer(WORDS.eyes) })).body,
    ).toContain("a migration");
  });

  it("does not replace what somebody else suspended, and lifts only what it meant", async () => {
    const page = await served();
    const suspend = (why: string) =>
      order(page, "prod/suspend", { body: JSON.stringify({ why }) });
    await suspend("a migration");
    const at = (await page.store.readOrders("prod")).suspension?.at ?? "";
    expect((await suspend("something else")).status).toBe(409);
    expect((await page.store.readOrders("prod")).suspension?.why).toBe(
      "a migration",
    );
    const resume = (suspendedAt: string) =>
      order(page, "prod/resume", {
        body: JSON.stringify({ suspended_at: suspendedAt }),
      });
    expect((await resume("2025-01-01T00:00:00.000Z")).status).toBe(409);
    expect(JSON.parse((await resume(at)).body)).toMatchObject({ new: true });
    expect(JSON.parse((await resume(at)).body)).toMatchObject({ new: false });
    expect((await page.store.readOrders("prod")).suspension).toBeNull();
    expect(page.woken).toEqual(["prod", "prod"]);
  });

  it("suspends anew what ended by itself", async () => {
    const page = await served();
    await order(page, "prod/suspend", { body: '{"why":"a","hours":1}' });
    page.clock.advance(3_600_001);
    const { status } = await order(page, "prod/suspend", {
      body: '{"why":"b"}',
    });
    expect(status).toBe(200);
    expect((await page.store.readOrders("prod")).suspension).toMatchObject({
      why: "b",
      until: null,
    });
  });

  it("asks for a tick, and wakes the loop after it is stored", async () => {
    const page = await served();
    await order(page, "dev/reconcile");
    expect((await page.store.readOrders("dev")).reconcileNow).toEqual({
      by: 'token "ops"',
      at: "2026-01-01T12:00:00.000Z",
    });
    expect(page.woken).toEqual(["dev"]);
    expect(await page.store.readRuns("dev", 9)).toMatchObject([
      { result: "in-sync" },
    ]);
  });

  it("approves the plan that waits, each person once", async () => {
    const page = await served();
    const approve = (user: string) =>
      orderByForm(page, "prod/approve", {
        who: proxied(user),
        fields: APPROVE,
      });
    for (const user of [
      "alice@example.com",
      "alice@example.com",
      "bob@example.com",
    ]) {
      const reply = await approve(user);
      expect(reply.status).toBe(303);
      expect(reply.headers.location).toBe("/e/prod");
    }
    expect((await page.store.readOrders("prod")).approvals).toEqual([
      {
        intentDigest: SAMPLE_DIGEST,
        by: "alice@example.com",
        at: "2026-01-01T12:00:00.000Z",
      },
      {
        intentDigest: SAMPLE_DIGEST,
        by: "bob@example.com",
        at: "2026-01-01T12:00:00.000Z",
      },
    ]);
    const runs = await page.store.readRuns("prod", 9);
    expect(
      runs.map(({ planDigest, approvedBy }) => [planDigest, approvedBy]),
    ).toEqual([
      [SAMPLE_DIGEST, null],
      [SAMPLE_DIGEST, null],
    ]);
    const { body } = await ask(page, "/e/prod", { headers: proxied("carol") });
    expect(body).toContain("Approved by alice@example.com");
  });

  const OTHER = `sha256:${"cd".repeat(32)}`;
  it.each<[string, number, (page: ServedPage) => Promise<string>]>([
    ["another digest", 409, async () => OTHER],
    ["a digest that is cut", 400, async () => SAMPLE_DIGEST.slice(0, -1)],
    ["nothing", 400, async () => ""],
    [
      "a plan that is not stored",
      409,
      async (page) => {
        await page.store.writePending("prod", null);
        return SAMPLE_DIGEST;
      },
    ],
    [
      "a plan that is stored under another digest",
      409,
      async (page) => {
        await page.store.writePending("prod", {
          ...aFullPlan(friendly),
          intent_digest: OTHER,
        });
        return SAMPLE_DIGEST;
      },
    ],
    [
      "a plan that waits for something else",
      409,
      async (page) => {
        const { pending, ...rest } = aFullStatus("prod", friendly);
        await page.store.writeStatus({
          ...rest,
          pending: pending && { ...pending, isApprovable: false },
        });
        return SAMPLE_DIGEST;
      },
    ],
    [
      "a plan that was carried out",
      409,
      async (page) => {
        await page.store.writeStatus(aQuietStatus("prod"));
        return SAMPLE_DIGEST;
      },
    ],
  ])("approves nothing else: %s", async (_name, status, prepare) => {
    const page = await served();
    const digest = await prepare(page);
    const byForm = await orderByForm(page, "prod/approve", {
      fields: { ...APPROVE, digest },
    });
    const byProgram = await order(page, "prod/approve", {
      headers: bearer(WORDS.lead),
      body: JSON.stringify({ digest }),
    });
    expect([byForm.status, byProgram.status]).toEqual([status, status]);
    expect(byForm.body).toContain("Not done: ");
    await expectUntouched(page);
  });

  it.each([
    ["suspend", "{}"],
    ["suspend", '{"why":"  "}'],
    ["suspend", '{"why":"x","hours":0}'],
    ["suspend", '{"why":"x","hours":-1}'],
    ["suspend", '{"why":"x","hours":99999}'],
    ["suspend", '{"why":"x","hours":"1e3"}'],
    ["suspend", '{"why":"x","until":"tomorrow"}'],
    ["suspend", '{"why":"x","until":"2025-01-01T00:00:00Z"}'],
    ["suspend", '{"why":"x","until":"2026-01-02T00:00:00Z","hours":1}'],
    ["suspend", `{"why":"${"x".repeat(501)}"}`],
    ["suspend", '{"why":"x","why":"y"}'],
    ["suspend", '{"why":{"a":1}}'],
    ["suspend", "[]"],
    ["suspend", "null"],
    ["suspend", '{"__proto__":{"why":"x"}}'],
    ["reconcile", "{"],
  ])("to %s is not taken as %s", async (what, body) => {
    const page = await served();
    expect((await order(page, `prod/${what}`, { body })).status).toBe(400);
    await expectUntouched(page);
  });

  it("for an environment that is not there changes nothing", async () => {
    const page = await served();
    for (const name of ["none", "..%2fprod", "__proto__"])
      expect((await order(page, `${name}/reconcile`)).status).toBe(404);
    await expectUntouched(page);
  });

  it("that the store does not take is not told as done", async () => {
    const page = await served();
    await ask(page, "/", { headers: bearer(WORDS.ops) });
    page.store.setBroken(true);
    expect((await order(page, "prod/reconcile")).status).toBe(500);
    page.store.setBroken(false);
    await expectUntouched(page);
  });

  it("keeps what is said harmless where it is shown", async () => {
    const page = await served();
    const why = '<img src=x onerror=alert(1)>\u202e"';
    await order(page, "prod/suspend", { body: JSON.stringify({ why }) });
    for (const path of ["/", "/e/prod"]) {
      const { body } = await ask(page, path, { headers: bearer(WORDS.eyes) });
      expect(body).not.toContain("<img");
      expect(body).toContain(
        "&lt;img src=x onerror=alert(1)&gt;\\u{202e}&quot;",
      );
    }
  });
});

describe("a page that cannot be guarded", () => {
  const start = async (some: object) => {
    const page = await served();
    return startPage({
      store: page.store,
      clock: page.clock,
      host: "127.0.0.1",
      port: 0,
      publicHosts: [],
      auth: null,
      metrics: null,
      wake: async () => undefined,
      settingsOf: () => null,
      loopAgeMs: () => 0,
      maxLoopAgeMs: 1,
      scrub: (text) => text,
      onOrder: () => undefined,
      onFailure: () => undefined,
      ...some,
    });
  };
  const token = (name: string, word: string) => ({
    name,
    word: new Secret(word),
    rights: [],
  });

  it.each<[string, object]>([
    ["all addresses", { host: "0.0.0.0" }],
    ["all addresses of IPv6", { host: "::" }],
    ["an address of the network", { host: "192.0.2.1" }],
    ["a name", { host: "page.example" }],
    ["nobody who could sign in", { auth: { tokens: [], proxy: null } }],
    ["a short word", { auth: { tokens: [token("a", "short")], proxy: null } }],
    [
      "a word with a blank",
      { auth: { tokens: [token("a", `${WORDS.ops} x`)], proxy: null } },
    ],
    [
      "one word for two",
      {
        auth: {
          tokens: [token("a", WORDS.ops), token("b", WORDS.ops)],
          proxy: null,
        },
      },
    ],
    [
      "the word of the proxy for a token",
      { auth: { tokens: [token("a", WORDS.proxy)], proxy: AUTH.proxy } },
    ],
  ])("does not start: %s", async (_name, some) => {
    await expect(start(some)).rejects.toMatchObject({
      code: "CLI001",
      notDone: "nothing was started",
    });
  });

  it("says that a port is taken", async () => {
    const page = await served();
    const port = Number(new URL(page.address).port);
    await expect(start({ port })).rejects.toMatchObject({ code: "CLI011" });
  });
});
