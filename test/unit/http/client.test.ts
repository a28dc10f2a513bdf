import { connect } from "node:net";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import {
  RemoteError,
  TransientError,
} from "../../../src/domain/problem/error.ts";
import { createHttpClient } from "../../../src/http/client.ts";
import type {
  HttpClient,
  HttpRequest,
} from "../../../src/ports/http-client.ts";
import { createFakeClock, type FakeClock } from "../../support/clock.ts";
import {
  sendJson,
  startRawServer,
  type RawAnswer,
  type RawServer,
} from "../../support/raw-server.ts";

const CANARY = "canary-7788";
const signal = new AbortController().signal;

const GET: HttpRequest = {
  method: "GET",
  path: "/things/1",
  route: "GET /things/{id}",
  isIdempotent: true,
};
const POST: HttpRequest = {
  method: "POST",
  path: "/things",
  route: "POST /things",
  body: { contentType: "application/json", text: "{}" },
  isIdempotent: false,
};
const PATCH: HttpRequest = { ...POST, method: "PATCH", isIdempotent: true };

interface Bench {
  readonly server: RawServer;
  readonly client: HttpClient;
  readonly clock: FakeClock;
  readonly traces: readonly string[];
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function bench(answer: RawAnswer, timeoutMs = 5_000): Promise<Bench> {
  const server = await startRawServer(answer);
  const clock = createFakeClock();
  const traces: string[] = [];
  const client = createHttpClient({
    origin: server.origin,
    clock,
    limits: { concurrency: 2, requestsPerSecond: 1_000, timeoutMs },
    scrub: (text) => text.replaceAll(CANARY, "«secret»"),
    trace: (line) => traces.push(line),
    userAgent: "tieline/test",
  });
  closers.push(
    () => client.close(),
    () => server.close(),
  );
  return { server, client, clock, traces };
}

async function failure(sent: Promise<unknown>): Promise<RemoteError> {
  const error: unknown = await sent.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RemoteError) return error;
  throw new Error(`expected a RemoteError, got ${String(error)}`);
}

/** Answers everything the same way. */
function always(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): RawAnswer {
  return (_index, request, response) => {
    answer(response, request);
  };
}

describe("HTTP client", () => {
  it("gives the parsed body, the status and the request id", async () => {
    const { client, server } = await bench(
      always((response) => {
        sendJson(response, 200, { a: 1 }, { "x-request-id": "req-9" });
      }),
    );
    const reply = await client.send(
      { ...GET, query: { "filter.x": "a b", page: "2" } },
      signal,
    );
    expect(reply).toMatchObject({
      status: 200,
      body: { a: 1 },
      requestId: "req-9",
    });
    expect(server.seen).toEqual(["GET /things/1?filter.x=a+b&page=2"]);
  });

  it("asks before each attempt, after every wait, and sends nothing once that says no", async () => {
    const { client, server, clock } = await bench(
      always((response) => {
        sendJson(response, 429, {}, { "retry-after": "3" });
      }),
    );
    const asked: number[] = [];
    const start = clock.now();
    const refusal = new Error("no");
    const beforeSend = (): void => {
      asked.push(clock.now() - start);
      if (asked.length === 2) throw refusal;
    };
    await expect(client.send({ ...PATCH, beforeSend }, signal)).rejects.toBe(
      refusal,
    );
    expect(asked[0]).toBeLessThan(3_000);
    expect(asked[1]).toBeGreaterThanOrEqual(3_000);
    expect(server.seen).toHaveLength(1);
    // The socket serves others as before.
    await failure(client.send({ ...PATCH, isIdempotent: false }, signal));
    expect(server.seen.length).toBeGreaterThan(1);
  });

  it("takes an empty reply to a write as an empty object", async () => {
    const { client } = await bench(
      always((response) => response.writeHead(204).end()),
    );
    expect((await client.send(PATCH, signal)).body).toEqual({});
  });

  it.each([
    ["an empty page", 200, "application/json", ""],
    ["HTML", 200, "text/html", "<html>canary-7788</html>"],
    ["HTML that claims to be JSON", 200, "application/json", "<html>"],
    ["JSON that was cut", 200, "application/json", '{"connections":[{"id"'],
    ["a bare number", 200, "application/json", "7"],
    ["bytes that are no text", 200, "application/json", "\uD800"],
    ["a 404 page of someone else", 404, "text/html", "<h1>nothing here</h1>"],
  ])("never mistakes %s for an answer", async (_title, status, type, text) => {
    const { client, server } = await bench(
      always((response) => {
        response.writeHead(status, { "content-type": type });
        response.end(text === "\uD800" ? Buffer.from([0xff, 0xfe]) : text);
      }),
    );
    const error = await failure(client.send(GET, signal));
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({
      code: "DRV020",
      status,
      mayHaveCommitted: false,
    });
    expect(server.seen).toHaveLength(5);
    expect(JSON.stringify(error) + error.message).not.toContain("html");
  });

  it("notices a body that is shorter than announced", async () => {
    const { client } = await bench(
      always((response) => {
        response.writeHead(200, {
          "content-type": "application/json",
          "content-length": "100",
        });
        response.write('{"a":1}');
        setImmediate(() => response.destroy());
      }),
    );
    expect(await failure(client.send(GET, signal))).toMatchObject({
      code: "DRV002",
      mayHaveCommitted: false,
    });
  });

  it("repeats what is safe until it works, waiting longer each time", async () => {
    const { client, server, clock } = await bench(
      (index, _request, response) => {
        sendJson(response, index < 3 ? 503 : 200, {
          code: 14,
          message: "later",
        });
      },
    );
    expect((await client.send(PATCH, signal)).status).toBe(200);
    expect(server.seen).toHaveLength(4);
    expect(clock.waits.filter((ms) => ms > 10)).toEqual([125, 250, 500]);
  });

  it("does not repeat a write that may have been carried out", async () => {
    const { client, server } = await bench(
      always((response) => {
        sendJson(response, 500, { code: 13, message: "oops" });
      }),
    );
    expect(await failure(client.send(POST, signal))).toMatchObject({
      code: "DRV005",
      vendorCode: "INTERNAL",
      mayHaveCommitted: true,
    });
    expect(server.seen).toHaveLength(1);
  });

  it("reports a reset write as one that may have taken effect", async () => {
    const { client, server } = await bench(
      always((response) => response.destroy()),
    );
    expect(await failure(client.send(POST, signal))).toMatchObject({
      code: "DRV002",
      status: null,
      mayHaveCommitted: true,
    });
    expect(server.seen).toHaveLength(1);
  });

  it("does not forget that an earlier attempt may have taken effect", async () => {
    const { client } = await bench((index, _request, response) => {
      if (index === 0) response.destroy();
      else sendJson(response, 429, { code: 8, message: "slow down" });
    });
    expect(await failure(client.send(PATCH, signal))).toMatchObject({
      code: "DRV010",
      mayHaveCommitted: true,
    });
  });

  it("repeats any request after a 429 and obeys Retry-After", async () => {
    const { client, server, clock } = await bench(
      (index, _request, response) => {
        if (index === 0) sendJson(response, 429, {}, { "retry-after": "7" });
        else if (index === 1) {
          const at = new Date(clock.now() + 20_000).toUTCString();
          sendJson(response, 429, {}, { "retry-after": at });
        } else sendJson(response, 201, { ok: true });
      },
    );
    const startedAt = clock.now();
    expect((await client.send(POST, signal)).status).toBe(201);
    expect(server.seen).toHaveLength(3);
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(26_000);
  });

  it("gives up at once when asked to wait too long, and says so", async () => {
    const { client, server } = await bench(
      always((response) => {
        sendJson(response, 429, {}, { "retry-after": "3600" });
      }),
    );
    const error = await failure(client.send(GET, signal));
    expect(error.code).toBe("DRV010");
    expect(error.why).toContain("3600 s");
    expect(server.seen).toHaveLength(1);
  });

  it("follows no redirect", async () => {
    const { client, server } = await bench(
      always((response) => {
        response.writeHead(302, { location: "/elsewhere" }).end();
      }),
    );
    expect(await failure(client.send(GET, signal))).toMatchObject({
      code: "DRV009",
      status: 302,
    });
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    [401, "DRV007"],
    [403, "DRV008"],
    [400, "DRV004"],
    [404, "DRV004"],
    [501, "DRV004"],
  ])("does not repeat a %d", async (status, code) => {
    const { client, server } = await bench(
      always((response) => {
        sendJson(response, status, { code: 3, message: "no" });
      }),
    );
    expect(await failure(client.send(GET, signal))).toMatchObject({
      code,
      status,
    });
    expect(server.seen).toHaveLength(1);
  });

  it("takes a 403 with a time to wait for a limit, and waits", async () => {
    let asked = 0;
    const { client, server } = await bench(
      always((response) => {
        asked += 1;
        if (asked > 1) sendJson(response, 200, {});
        else {
          response.setHeader("retry-after", "3");
          sendJson(response, 403, { message: "slow down" });
        }
      }),
    );
    expect(await client.send(GET, signal)).toMatchObject({ status: 200 });
    expect(server.seen).toHaveLength(2);
  });

  it("shows nothing of what the server says but a known code", async () => {
    const { client } = await bench(
      always((response) => {
        sendJson(response, 400, {
          code: 3,
          message: `bad\n\u001b[31m${CANARY.toUpperCase()}`,
          details: [{ error_code: "SECRET_IS_7788", description: CANARY }],
        });
      }),
    );
    const error = await failure(client.send(GET, signal));
    expect(error.vendorCode).toBe("INVALID_ARGUMENT");
    expect(JSON.stringify(error) + error.message).not.toMatch(
      /bad|canary|7788/iu,
    );
  });

  it("stops waiting after the timeout of the whole reply", async () => {
    const { client } = await bench(
      always((response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write("{");
      }),
      60,
    );
    expect(await failure(client.send(POST, signal))).toMatchObject({
      code: "DRV002",
      mayHaveCommitted: true,
    });
  });

  it("refuses a body beyond its limit", async () => {
    const { client } = await bench(
      always((response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const chunk = Buffer.alloc(1024 * 1024, 32);
        for (let i = 0; i < 10; i += 1) response.write(chunk);
        response.end("{}");
      }),
    );
    expect(await failure(client.send(GET, signal))).toMatchObject({
      code: "DRV009",
    });
  });

  it("repeats even a create while nobody listens, and says what is wrong", async () => {
    const { client, server, clock, traces } = await bench(
      always(() => undefined),
    );
    await server.close();
    expect(await failure(client.send(POST, signal))).toMatchObject({
      code: "DRV001",
      status: null,
      mayHaveCommitted: false,
    });
    expect(traces).toHaveLength(5);
    expect(clock.waits.length).toBeGreaterThanOrEqual(4);
  });

  it("ends a request under way when the run stops", async () => {
    const stop = new AbortController();
    const { client } = await bench(
      always(() => {
        stop.abort();
      }),
    );
    expect(await failure(client.send(POST, stop.signal))).toMatchObject({
      code: "DRV002",
      mayHaveCommitted: true,
    });
    expect(await failure(client.send(POST, stop.signal))).toMatchObject({
      code: "DRV002",
      mayHaveCommitted: false,
    });
  });

  it("has no more requests under way than agreed", async () => {
    let open = 0;
    let most = 0;
    const { client } = await bench(
      always((response) => {
        open += 1;
        most = Math.max(most, open);
        setTimeout(() => {
          open -= 1;
          sendJson(response, 200, {});
        }, 5);
      }),
    );
    await Promise.all(
      Array.from({ length: 12 }, () => client.send(GET, signal)),
    );
    expect(most).toBe(2);
  });

  it("traces route, status and attempt, and nothing of queries or bodies", async () => {
    const { client, traces } = await bench((index, _request, response) => {
      sendJson(
        response,
        index === 0 ? 502 : 200,
        {},
        { "x-request-id": "req-5" },
      );
    });
    await client.send({ ...PATCH, query: { q: CANARY } }, signal);
    expect(traces[0]).toMatch(/^POST \/things -> 502 req-5 in \d+ ms$/u);
    expect(traces[1]).toMatch(
      /^POST \/things -> 200 req-5 in \d+ ms \(attempt 2\)$/u,
    );
  });

  it("leaves no socket open after close", async () => {
    const { client, server } = await bench(
      always((response) => {
        sendJson(response, 200, {});
      }),
    );
    await client.send(GET, signal);
    await client.close();
    await server.close();
    const port = Number(new URL(server.origin).port);
    const socket = connect(port, "127.0.0.1");
    await new Promise((resolve) => socket.once("error", resolve));
    expect(socket.destroyed).toBe(true);
  });
});
