import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createHttpClient } from "../../../src/http/client.ts";
import { proxyFor, proxyFromEnv } from "../../../src/http/proxy.ts";
import { createFakeClock } from "../../support/clock.ts";
import { sendJson, startRawServer } from "../../support/raw-server.ts";

describe("proxies", () => {
  it("reads the conventional variables, lower case first, empty as unset", () => {
    expect(
      proxyFromEnv({
        HTTPS_PROXY: "http://upper.example",
        https_proxy: "http://lower.example",
        HTTP_PROXY: "",
        NO_PROXY: "internal.example",
      }),
    ).toEqual({
      httpsProxy: "http://lower.example",
      noProxy: "internal.example",
    });
  });

  const both = {
    httpProxy: "http://p.example",
    httpsProxy: "http://p.example",
  };
  it.each([
    ["https://acme.scalekit.com", both, true],
    ["https://acme.scalekit.com", {}, false],
    ["https://acme.scalekit.com", { httpProxy: "http://p.example" }, false],
    ["http://127.0.0.1:8080", both, false],
    ["http://localhost:8080", both, false],
    ["http://[::1]:8080", both, false],
  ])("%s with %j", (origin, proxy, expected) => {
    expect(proxyFor(origin, proxy) !== undefined).toBe(expected);
  });

  it("reaches a host of elsewhere through the proxy", async () => {
    const target = await startRawServer((_index, _request, response) => {
      sendJson(response, 200, { ok: true });
    });
    const asked: string[] = [];
    const proxy = createServer().on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      const onward = connect(Number(new URL(target.origin).port), "127.0.0.1");
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
      // Either end may go first; the other follows.
      onward.on("error", () => socket.destroy());
      socket.on("error", () => onward.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    // A server that listens on a host and port has an address of this kind.
    const { port } = proxy.address() as AddressInfo;
    const client = createHttpClient({
      origin: "http://api.example",
      clock: createFakeClock(),
      limits: { concurrency: 2, requestsPerSecond: 100, timeoutMs: 5_000 },
      scrub: (text) => text,
      userAgent: "tieline/test",
      proxy: { httpProxy: `http://127.0.0.1:${String(port)}` },
    });
    const signal = new AbortController().signal;
    const reply = await client.send(
      { method: "GET", path: "/x", route: "GET /x", isIdempotent: true },
      signal,
    );
    expect(reply.body).toEqual({ ok: true });
    expect(asked).toEqual(["api.example:80"]);
    await client.close();
    await target.close();
    proxy.close();
  });
});
