import { createServer as createHttp } from "node:http";
import { createServer as createTls } from "node:https";
import {
  connect,
  createServer as createTcp,
  type Server,
  type AddressInfo,
} from "node:net";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
} from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import {
  RemoteError,
  TransientError,
  UserError,
} from "../../../src/domain/problem/error.ts";
import { createHttpClient } from "../../../src/http/client.ts";
import { causeOf } from "../../../src/http/network-causes.ts";
import { proxyFor, type ProxySettings } from "../../../src/http/proxy.ts";
import type { HttpRequest } from "../../../src/ports/http-client.ts";
import {
  createAuthority,
  type TestCertificate,
} from "../../support/certificates.ts";
import { createFakeClock } from "../../support/clock.ts";

const signal = new AbortController().signal;
const POST: HttpRequest = {
  method: "POST",
  path: "/things",
  route: "POST /things",
  body: { contentType: "application/json", text: "{}" },
  isIdempotent: false,
};
const DAY_MS = 86_400_000;
const authority = createAuthority();

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  closers.push(() => server.close());
  // A server that listens on a host and port has an address of this kind.
  return (server.address() as AddressInfo).port;
}

/** A server behind TLS, and how many requests it saw. */
async function tlsServer(
  certificate: TestCertificate,
): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = [];
  const server = createTls(certificate, (request, response) => {
    seen.push(request.url ?? "");
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  return { port: await listen(server), seen };
}

/** A proxy that leads everybody to one port, or refuses. */
async function proxyServer(
  to: number,
  answer = "HTTP/1.1 200 OK\r\n\r\n",
): Promise<{
  port: number;
  asked: { place: string; authorization: string }[];
}> {
  const asked: { place: string; authorization: string }[] = [];
  const server = createHttp().on("connect", (request, socket) => {
    const given = request.headers["proxy-authorization"]?.split(" ")[1] ?? "";
    asked.push({
      place: request.url ?? "",
      authorization: Buffer.from(given, "base64").toString(),
    });
    socket.on("error", () => undefined);
    if (!answer.startsWith("HTTP/1.1 200")) {
      socket.end(answer);
      return;
    }
    const onward = connect(to, "127.0.0.1");
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
    socket.write(answer);
    onward.pipe(socket).pipe(onward);
  });
  return { port: await listen(server), asked };
}

interface Outcome {
  readonly error: RemoteError;
  readonly attempts: number;
}

async function attempt(
  origin: string,
  proxy: ProxySettings = {},
  timeoutMs = 4_000,
): Promise<Outcome> {
  const traces: string[] = [];
  const client = createHttpClient({
    origin,
    clock: createFakeClock(),
    limits: { concurrency: 2, requestsPerSecond: 1_000, timeoutMs },
    scrub: (text) => text,
    trace: (line) => traces.push(line),
    userAgent: "tieline/test",
    proxy,
  });
  closers.push(() => void client.close());
  const error: unknown = await client.send(POST, signal).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RemoteError))
    throw new Error(`expected a RemoteError, got ${String(error)}`);
  return { error, attempts: traces.length };
}

/** What holds for everything that went wrong before a request could leave. */
function expectNothingSent({ error }: Outcome): void {
  expect(error).toBeInstanceOf(TransientError);
  expect(error).toMatchObject({ mayHaveCommitted: false, status: null });
  expect(error.why).toContain("nothing was sent");
  expect(error.why).not.toContain("may have been received");
}

describe("reaching a host", () => {
  it.each<[string, string, { from: Date; to: Date } | undefined, RegExp]>([
    ["an authority nobody knows", "localhost", undefined, /not trusted/u],
    [
      "another host's name",
      "other.example",
      undefined,
      /not trusted|another host/u,
    ],
    [
      "an end in the past",
      "localhost",
      {
        from: new Date(Date.now() - 3 * DAY_MS),
        to: new Date(Date.now() - DAY_MS),
      },
      /expired|not trusted/u,
    ],
  ])(
    "asks once where the certificate has %s",
    async (_title, host, validity, said) => {
      const { port, seen } = await tlsServer(authority.issue(host, validity));
      const outcome = await attempt(`https://localhost:${String(port)}`);
      expect(outcome.attempts).toBe(1);
      expect(outcome.error.code).toBe("DRV061");
      expect(outcome.error.message).toMatch(said);
      expect(outcome.error.fix).toMatch(/NODE_EXTRA_CA_CERTS|certificate/u);
      expectNothingSent(outcome);
      expect(seen).toEqual([]);
    },
  );

  it("says that what listens there does not speak TLS", async () => {
    const port = await listen(
      createHttp((_request, response) => response.end("{}")),
    );
    const outcome = await attempt(`https://127.0.0.1:${String(port)}`);
    expect(outcome).toMatchObject({ attempts: 1, error: { code: "DRV061" } });
    expectNothingSent(outcome);
  });

  it("tells a connection that is closed before TLS stands from one that broke", async () => {
    const server = createTcp((socket) => socket.destroy());
    const outcome = await attempt(
      `https://127.0.0.1:${String(await listen(server))}`,
    );
    expect(outcome).toMatchObject({ attempts: 5, error: { code: "DRV001" } });
    expectNothingSent(outcome);
  });

  it("tells a host that never answers a connection from one that is slow", async () => {
    // It accepts and says nothing, so that TLS never begins.
    const server = createTcp((socket) => closers.push(() => socket.destroy()));
    const outcome = await attempt(
      `https://127.0.0.1:${String(await listen(server))}`,
      {},
      300,
    );
    expect(outcome.error.code).toBe("DRV001");
    expectNothingSent(outcome);
  });

  it.each([
    ["ENOTFOUND", "DRV001", true],
    ["EAI_AGAIN", "DRV001", false],
    ["ECONNREFUSED", "DRV001", false],
    ["EHOSTUNREACH", "DRV001", false],
    ["ENETUNREACH", "DRV001", false],
    ["EACCES", "DRV001", true],
    ["EMFILE", "DRV001", false],
    ["UND_ERR_CONNECT_TIMEOUT", "DRV001", false],
    ["ECONNRESET", "DRV001", false],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "DRV061", true],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "DRV061", true],
    ["SELF_SIGNED_CERT_IN_CHAIN", "DRV061", true],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "DRV061", true],
    ["CERT_HAS_EXPIRED", "DRV061", true],
    ["CERT_NOT_YET_VALID", "DRV061", true],
    ["CERT_REVOKED", "DRV061", true],
    ["CERT_SIGNATURE_FAILURE", "DRV061", true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "DRV061", true],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "DRV061", true],
    ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "DRV061", true],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "DRV061", true],
    ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "DRV061", true],
    ["EPROTO", "DRV061", true],
    ["ESOMETHINGELSE", "DRV001", false],
  ])("knows %s", (code, expected, isLasting) => {
    const failure = { kind: "unreachable", code, hasReached: false } as const;
    expect(causeOf(failure)).toMatchObject({ code: expected, isLasting });
    // Whatever goes wrong on the way to a proxy is the proxy's matter.
    expect(causeOf({ ...failure, at: "proxy" })).toMatchObject({
      code: "DRV060",
      isLasting,
    });
  });

  it("has words of its own for each cause", () => {
    const codes = [
      "ENOTFOUND",
      "EAI_AGAIN",
      "ECONNREFUSED",
      "EHOSTUNREACH",
      "EACCES",
      "EMFILE",
      "ETIMEDOUT",
      "ECONNRESET",
      "CERT_UNTRUSTED",
      "CERT_HAS_EXPIRED",
      "CERT_NOT_YET_VALID",
      "CERT_REVOKED",
      "HOSTNAME_MISMATCH",
      "CERT_SIGNATURE_FAILURE",
      "ERR_SSL_HTTP_REQUEST",
      "ERR_SSL_UNSUPPORTED_PROTOCOL",
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      "EPROTO",
      "UNKNOWN",
    ];
    const said = codes.map(
      (code) => causeOf({ kind: "unreachable", code, hasReached: false }).what,
    );
    expect(new Set(said).size).toBe(codes.length);
  });
});

describe("a proxy", () => {
  it.each([
    [
      "asks for other credentials",
      "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
      /407/u,
      1,
    ],
    [
      "forbids the host",
      "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
      /does not let/u,
      1,
    ],
    [
      "cannot reach the host",
      "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
      /cannot reach/u,
      5,
    ],
    [
      "is none",
      "HTTP/1.1 301 Moved\r\nlocation: /\r\n\r\n",
      /does not answer as a proxy/u,
      1,
    ],
    [
      "speaks something else",
      "SSH-2.0-x\r\n\r\n",
      /does not answer as a proxy/u,
      1,
    ],
  ])("that %s", async (_title, answer, said, attempts) => {
    const { port, asked } = await proxyServer(0, answer);
    const outcome = await attempt("https://api.example", {
      httpsProxy: `http://user:pw@127.0.0.1:${String(port)}`,
    });
    expect(outcome.attempts).toBe(attempts);
    expect(asked).toHaveLength(attempts);
    expect(outcome.error.code).toBe("DRV060");
    expect(outcome.error.message).toMatch(said);
    expect(JSON.stringify(outcome.error) + outcome.error.message).not.toContain(
      "pw",
    );
    expectNothingSent(outcome);
  });

  it("that nobody runs", async () => {
    const server = createHttp();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const outcome = await attempt("https://api.example", {
      httpsProxy: `127.0.0.1:${String(port)}`,
    });
    expect(outcome.error.code).toBe("DRV060");
    expectNothingSent(outcome);
  });

  it("leads to a host whose certificate is judged all the same", async () => {
    const { port, seen } = await tlsServer(authority.issue("api.example"));
    const proxy = await proxyServer(port);
    const outcome = await attempt("https://api.example", {
      httpsProxy: `127.0.0.1:${String(proxy.port)}`,
    });
    expect(outcome).toMatchObject({ attempts: 1, error: { code: "DRV061" } });
    expect(proxy.asked.map(({ place }) => place)).toEqual(["api.example:443"]);
    expectNothingSent(outcome);
    expect(seen).toEqual([]);
  });

  it.each([
    ["us%20er:p%40ss%2F%25%3A%23", "us er:p@ss/%:#"],
    ["user:plain", "user:plain"],
    ["user:50%", "user:50%"],
    ["user", "user:"],
    ["user:p%C3%A4ss", "user:päss"],
  ])("is told who we are, decoded once: %s", async (written, expected) => {
    const { port, asked } = await proxyServer(0, "HTTP/1.1 407 No\r\n\r\n");
    await attempt("https://api.example", {
      httpsProxy: `http://${written}@127.0.0.1:${String(port)}`,
    });
    expect(asked.map(({ authorization }) => authorization)).toEqual([expected]);
  });

  it.each([
    ["socks5://127.0.0.1:1080"],
    ["ftp://proxy.example"],
    ["http://"],
    ["http://user:pa#ss@proxy.example:1"],
    ["not a proxy"],
    ["proxy.example:port"],
  ])("that cannot be used is named by its variable, not shown: %s", (text) => {
    const error = caught(() =>
      proxyFor("https://api.example", { httpsProxy: text }),
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: "CLI110" });
    expect(String(error)).toContain("HTTPS_PROXY");
    expect(String(error)).not.toContain("pa#ss");
  });

  it.each([
    ["*", true],
    ["api.example", true],
    ["example", true],
    [".example", true],
    ["*.example", true],
    ["other.test, api.example", true],
    ["API.EXAMPLE", true],
    ["api.example:443", true],
    ["api.example:8443", false],
    ["pi.example", false],
    ["", false],
    [",", false],
  ])("is left out by NO_PROXY=%s: %s", (noProxy, isExempt) => {
    const proxy = proxyFor("https://api.example", {
      httpsProxy: "proxy.example:3128",
      noProxy,
    });
    expect(proxy === undefined).toBe(isExempt);
  });
});

describe("a compressed answer", () => {
  async function answered(
    encoding: string,
    body: Uint8Array,
  ): Promise<unknown> {
    let asked: string | undefined;
    const server = createHttp((request, response) => {
      asked = request.headers["accept-encoding"];
      response
        .writeHead(200, {
          "content-type": "application/json",
          "content-encoding": encoding,
        })
        .end(body);
    });
    const client = createHttpClient({
      origin: `http://127.0.0.1:${String(await listen(server))}`,
      clock: createFakeClock(),
      limits: { concurrency: 1, requestsPerSecond: 1_000, timeoutMs: 4_000 },
      scrub: (text) => text,
      userAgent: "tieline/test",
    });
    closers.push(() => void client.close());
    const result: unknown = await client.send(POST, signal).then(
      ({ body: read }) => read,
      (error: unknown) => error,
    );
    expect(asked).toBe("identity");
    return result;
  }
  const text = Buffer.from('{"a":1}');

  it.each([
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["GZIP", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
    ["br", brotliCompressSync(text)],
    ["br, gzip", gzipSync(brotliCompressSync(text))],
    ["identity", text],
    ["", text],
  ])("is read all the same: %s", async (encoding, body) => {
    expect(await answered(encoding, body)).toEqual({ a: 1 });
  });

  it.each([
    ["a bomb", "gzip", gzipSync(Buffer.alloc(64 * 1024 * 1024)), "DRV009"],
    ["one that is cut", "gzip", gzipSync(text).subarray(0, 12), "DRV020"],
    ["one that is none", "br", text, "DRV020"],
    ["four layers", "gzip, gzip, gzip, gzip", text, "DRV020"],
    ["a coding that is not known", "zstd", text, "DRV020"],
  ])(
    "is never believed when it is %s",
    async (_title, encoding, body, code) => {
      expect(await answered(encoding, body)).toMatchObject({ code });
    },
  );

  it("is named where it cannot be read, by a word of ours", async () => {
    expect(await answered("zstd", text)).toMatchObject({
      why: expect.stringContaining("zstd") as string,
    });
    const strange = await answered("canary-secret", text);
    expect(JSON.stringify(strange)).not.toContain("canary");
  });
});

function caught(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
