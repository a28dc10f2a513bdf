import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../src/domain/secret/secret.ts";
import { friendly, aFullPlan } from "../support/render-samples.ts";
import {
  aFullRun,
  aFullStatus,
  aQuietStatus,
  SAMPLE_DIGEST,
} from "../support/reconcile-samples.ts";
import { ask, aServedPage, type ServedPage } from "../support/served-page.ts";
import type { PageAuth, PageOptions } from "../../src/features/page/options.ts";

const open: ServedPage[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.close()));
});

async function served(some: Partial<PageOptions> = {}): Promise<ServedPage> {
  const page = await aServedPage(some);
  open.push(page);
  await page.store.writeStatus(aFullStatus("prod", friendly));
  await page.store.writeStatus(aQuietStatus("dev"));
  await page.store.writePending("prod", {
    ...aFullPlan(friendly),
    intent_digest: SAMPLE_DIGEST,
  });
  await page.store.appendRun(aFullRun("prod", friendly));
  return page;
}

const READ = [
  "/",
  "/?q=prod&sync=drifted&mode=propose&problem=any",
  "/e/prod",
  "/e/prod?drift=2&accounts=9&runs=3",
  "/e/prod/plan",
  "/e/dev",
  "/api/v1/status",
  "/api/v1/environments/prod",
  "/api/v1/environments/prod/plan",
];

describe("the status page on loopback", () => {
  it.each(READ)(
    "answers %s, and HEAD with the same headers alone",
    async (path) => {
      const page = await served();
      const got = await ask(page, path);
      const head = await ask(page, path, { method: "HEAD" });
      expect(got.status).toBe(200);
      expect(got.body).not.toBe("");
      expect(head.status).toBe(200);
      expect(head.body).toBe("");
      expect(head.headers["content-length"]).toBe(
        got.headers["content-length"],
      );
      expect(page.failures).toEqual([]);
    },
  );

  it.each([...READ, "/healthz", "/readyz", "/metrics", "/nothing", "/e/none"])(
    "protects what it answers to %s",
    async (path) => {
      const { headers } = await ask(await served(), path);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toMatch(/^default-src 'none'; /u);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/u);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
      });
      expect(headers["set-cookie"]).toBeUndefined();
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    },
  );

  it("offers no orders, and takes none", async () => {
    const page = await served();
    expect((await ask(page, "/e/prod")).body).not.toContain('method="post"');
    for (const path of [
      "/e/prod/suspend",
      "/api/v1/environments/prod/approve",
    ]) {
      const { status } = await ask(page, path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      expect(status).toBe(403);
    }
    expect(page.store.calls["changeOrders"]).toBeUndefined();
  });

  it.each([
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost.",
    "0.0.0.0",
    "a b",
    "[::1",
  ])("does not answer to the name %j", async (host) => {
    const page = await served();
    for (const path of ["/", "/metrics", "/api/v1/status", "/nothing"])
      expect((await ask(page, path, { headers: { host } })).status).toBe(421);
  });

  it.each(["localhost", "127.0.0.1:99", "[::1]:8080", "page.example:8443"])(
    "answers to the name %j",
    async (host) => {
      const page = await served({ publicHosts: ["Page.example:8443"] });
      expect((await ask(page, "/", { headers: { host } })).status).toBe(200);
    },
  );

  it.each([
    ["/e", 404],
    ["/e/", 404],
    ["/e/none", 404],
    ["/e/prod/", 404],
    ["/e/prod/plan/x", 404],
    ["//", 404],
    ["/e/..%2f..%2fetc%2fpasswd", 404],
    ["/e/../../etc/passwd", 404],
    ["/e/%2e%2e/plan", 404],
    ["/e/prod%00", 404],
    ["/e/prod\\..", 404],
    ["/e/%E0%A4%A", 400],
    ["/api/v1/environments/__proto__", 404],
    ["/api/v1/environments/constructor/plan", 404],
    ["/api/v2/status", 404],
    ["/e/dev/plan", 404],
    ["http://evil.example/", 400],
    ["*", 400],
  ])("leads from %s nowhere", async (path, status) => {
    const page = await served();
    expect((await ask(page, path)).status).toBe(status);
    expect(page.store.calls["readStatus"] ?? 0).toBe(0);
    expect(page.failures).toEqual([]);
  });

  it.each([
    ["DELETE", "/", "GET, HEAD, POST"],
    ["OPTIONS", "/e/prod", "GET, HEAD, POST"],
    ["POST", "/", "GET, HEAD"],
    ["POST", "/healthz", "GET, HEAD"],
    ["GET", "/e/prod/suspend", "POST"],
    ["GET", "/api/v1/environments/prod/approve", "POST"],
  ])("does not take %s at %s", async (method, path, allow) => {
    const reply = await ask(await served(), path, { method });
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe(allow);
  });

  it("reads no address without an end", async () => {
    const page = await served();
    const { status } = await ask(page, `/e/${"x".repeat(5_000)}`);
    expect(status).toBe(414);
  });

  it("reads the store once for many who look", async () => {
    const page = await served();
    await Promise.all(Array.from({ length: 20 }, () => ask(page, "/")));
    await ask(page, "/api/v1/status");
    expect(page.store.calls["readStatuses"]).toBe(1);
    page.clock.advance(6_000);
    await ask(page, "/");
    expect(page.store.calls["readStatuses"]).toBe(2);
  });

  it("shows what it has while it reads anew, and nothing that is old", async () => {
    const page = await served();
    await ask(page, "/");
    await page.store.writeStatus(aQuietStatus("made-since"));
    page.clock.advance(30_000);
    expect((await ask(page, "/")).body).toContain("30 seconds ago");
    expect((await ask(page, "/")).body).toContain("made-since");
    page.store.setBroken(true);
    page.clock.advance(61_000);
    expect((await ask(page, "/")).status).toBe(500);
  });

  it("asks the store for nothing that it did not tell", async () => {
    const page = await served();
    for (let count = 0; count < 20; count += 1)
      await ask(page, `/e/made-up-${String(count)}`);
    expect(page.store.calls["readStatus"]).toBeUndefined();
    expect(page.store.calls["readStatuses"]).toBe(1);
  });

  it("does not show what went wrong inside", async () => {
    const page = await served();
    page.store.setBroken(true);
    const reply = await ask(page, "/");
    expect(reply.status).toBe(500);
    expect(reply.body).not.toContain("broken");
    expect(page.failures).toEqual(["the store is broken"]);
  });

  it("takes out what must not be shown", async () => {
    const page = await served({
      scrub: (text) => text.replaceAll("Add a scope", "«secret»"),
    });
    for (const path of READ)
      expect((await ask(page, path)).body).not.toContain("Add a scope");
  });
});

describe("the probes", () => {
  it("are answered under whatever name, and tell nothing", async () => {
    const page = await served();
    const headers = { host: "10.1.2.3:8080" };
    expect(await ask(page, "/healthz", { headers })).toMatchObject({
      status: 200,
      body: "alive\n",
    });
    expect(await ask(page, "/readyz", { headers })).toMatchObject({
      status: 200,
      body: "ready\n",
    });
  });

  it.each([
    [() => null, "the loop did not begin yet\n"],
    [() => 60_001, "the loop does not go on\n"],
  ])("say that it is not ready: %#", async (loopAgeMs, body) => {
    const page = await served({ loopAgeMs });
    expect(await ask(page, "/readyz")).toMatchObject({ status: 503, body });
    expect((await ask(page, "/healthz")).status).toBe(200);
  });

  it("say that the store does not answer, once it does not", async () => {
    const page = await served();
    expect((await ask(page, "/readyz")).status).toBe(200);
    page.store.setBroken(true);
    page.clock.advance(3_000);
    expect(await ask(page, "/readyz")).toMatchObject({
      status: 503,
      body: "the store does not answer\n",
    });
    expect((await ask(page, "/healthz")).status).toBe(200);
  });

  it("cost the store little", async () => {
    const page = await served();
    await ask(page, "/");
    for (let count = 0; count < 10; count += 1) {
      page.clock.advance(3_000);
      await ask(page, "/readyz");
    }
    expect(page.store.calls["readStatuses"]).toBe(1);
  });
});

/** Sends bytes as they are. @returns everything that comes back until the end. */
function raw(page: ServedPage, text: string): Promise<string> {
  const { port } = new URL(page.address);
  return new Promise((resolve) => {
    let back = "";
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.write(text);
    });
    socket.on("data", (chunk) => {
      back += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(back);
    });
  });
}

const WORD = "made-up-word-of-the-operators";
const AUTH: PageAuth = {
  tokens: [{ name: "ops", word: new Secret(WORD), rights: ["operate"] }],
  proxy: null,
};

describe("what is no request", () => {
  const HOST = "host: localhost\r\n";
  const KNOWN = `${HOST}authorization: Bearer ${WORD}\r\n`;

  it.each([
    ["nonsense", "nonsense\r\n\r\n", "400"],
    [
      "two lengths",
      `POST / HTTP/1.1\r\n${HOST}content-length: 1\r\ncontent-length: 2\r\n\r\nx`,
      "400",
    ],
    [
      "a length beside chunks",
      `POST / HTTP/1.1\r\n${HOST}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      "400",
    ],
    ["no name of a host", "GET / HTTP/1.0\r\n\r\n", "421"],
    [
      "two names of a host",
      `GET / HTTP/1.1\r\n${HOST}${HOST}connection: close\r\n\r\n`,
      "421",
    ],
    [
      "large headers",
      `GET / HTTP/1.1\r\n${HOST}x: ${"x".repeat(70_000)}\r\n\r\n`,
      "431",
    ],
    [
      "a large body",
      `POST /e/prod/suspend HTTP/1.1\r\n${KNOWN}content-length: 99999999\r\n\r\n`,
      "413",
    ],
  ])("is refused and cut off: %s", async (_name, text, status) => {
    const page = await served({ auth: AUTH });
    expect(await raw(page, text)).toMatch(
      new RegExp(`^HTTP/1.1 ${status} `, "u"),
    );
    expect((await ask(page, "/healthz")).status).toBe(200);
  });

  it("is refused as soon as a body without a length is too large", async () => {
    const page = await served({ auth: AUTH });
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    const text = `POST /e/prod/suspend HTTP/1.1\r\n${KNOWN}transfer-encoding: chunked\r\n\r\n${chunk}${chunk}`;
    expect(await raw(page, text)).toMatch(/^HTTP\/1.1 413 /u);
  });

  it("makes nobody wait: an upgrade and a tunnel are hung up on", async () => {
    const page = await served();
    expect(
      await raw(
        page,
        `GET / HTTP/1.1\r\n${HOST}connection: upgrade\r\nupgrade: websocket\r\n\r\n`,
      ),
    ).toBe("");
    expect(
      await raw(page, `CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`),
    ).toBe("");
  });

  it.each([
    [
      "a head that never ends",
      { headMs: 50, requestMs: 60 },
      `GET / HTTP/1.1\r\n${HOST}`,
    ],
    [
      "a body that never comes",
      { headMs: 50, requestMs: 60 },
      `POST /e/prod/suspend HTTP/1.1\r\n${KNOWN}content-length: 9\r\n\r\n`,
    ],
    ["nothing at all", { silentMs: 50 }, ""],
  ])("is cut off: %s", async (_name, limits, text) => {
    const page = await served({ limits, auth: AUTH });
    // Resolves when the server ends the connection; nothing else would.
    await raw(page, text);
    expect((await ask(page, "/healthz")).status).toBe(200);
  });

  it("holds nobody up: who is not let in is told so before a body is waited for", async () => {
    const page = await served();
    const { port } = new URL(page.address);
    const slow = Array.from({ length: 60 }, () => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.resume();
      socket.write(
        `POST /e/prod/suspend HTTP/1.1\r\n${HOST}content-length: 9\r\n\r\n`,
      );
      return socket;
    });
    await Promise.all(
      slow.map(
        (socket) =>
          new Promise((resolve) => {
            socket.once("close", resolve);
          }),
      ),
    );
    expect((await ask(page, "/")).status).toBe(200);
  });

  it("shuts nobody else out: of one address only so many connections are held", async () => {
    const page = await served();
    const { port } = new URL(page.address);
    const sockets = Array.from({ length: 200 }, () =>
      connect(Number(port), "127.0.0.1"),
    );
    for (const socket of sockets) socket.on("error", () => undefined);
    // Those beyond the limit are ended by the server; the others wait for their first byte.
    await Promise.all(
      sockets.slice(128).map(
        (socket) =>
          new Promise((resolve) => {
            socket.once("close", resolve);
          }),
      ),
    );
    for (const socket of sockets) socket.destroy();
  });
});
