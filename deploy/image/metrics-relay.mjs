/**
 * Passes metrics and probes on from the address of a pod, and nothing else of the status page: the
 * page itself is served on loopback. Usage: node metrics-relay.mjs <port> <port of the page>
 */
import { createServer, request } from "node:http";

const [port, page] = process.argv.slice(2).map(Number);
const PASSED = new Set(["/metrics", "/healthz", "/readyz"]);
const TIMEOUT_MS = 10_000;

const server = createServer((incoming, answer) => {
  const end = (status) => answer.writeHead(status).end();
  if (incoming.method !== "GET" || !PASSED.has(incoming.url)) return end(404);
  // No header of the caller goes along: none could sign anybody in.
  const asked = request(
    {
      host: "127.0.0.1",
      port: page,
      path: incoming.url,
      timeout: TIMEOUT_MS,
      agent: false,
    },
    (got) => {
      const type = got.headers["content-type"] ?? "text/plain";
      answer.writeHead(got.statusCode ?? 502, { "content-type": type });
      got.pipe(answer);
    },
  );
  asked.on("timeout", () => asked.destroy());
  asked.on("error", () => (answer.headersSent ? answer.destroy() : end(502)));
  asked.end();
});
server.requestTimeout = TIMEOUT_MS;
server.maxConnections = 32;
server.listen(port, () => {
  process.stdout.write(`metrics relay: port ${server.address().port}\n`);
});
process.on("SIGTERM", () => process.exit(0));
